//! Why a printer cannot take a job, or why a job stopped (INTERFACES §5).

use crate::word::words;

words! {
    /// The cause of a job's or a printer's trouble. Codes and values only; the console words them.
    Cause {
        /// 缺纸
        PaperOut = 1 "paper_out",
        /// 纸将尽: still prints
        PaperNearEnd = 2 "paper_near_end",
        /// 开盖
        CoverOpen = 3 "cover_open",
        /// 切刀错误
        CutterError = 4 "cutter_error",
        /// 打印头过热
        HeadOverheated = 5 "head_overheated",
        /// an error that a command can clear
        RecoverableError = 6 "recoverable_error",
        /// an error that only service can clear
        UnrecoverableError = 7 "unrecoverable_error",
        /// 脱机: offline, and it does not say why
        Offline = 8 "offline",
        /// another program holds the printer
        Busy = 9 "busy",
        /// takes no bytes and says nothing
        Stalled = 10 "stalled",
        /// nobody listens at its address
        ConnectionRefused = 11 "connection_refused",
        /// its address does not answer
        Unreachable = 12 "unreachable",
        /// the connection broke while in use
        ConnectionLost = 13 "connection_lost",
        /// the device node is not there
        NoDevice = 14 "no_device",
        /// we may not open it
        PermissionDenied = 15 "permission_denied",
        /// it takes bytes but can prove nothing
        NoStatus = 16 "no_status",
        /// a person paused it
        Paused = 17 "paused",
    }
}
