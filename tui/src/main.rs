//! `counterfoil`: without a verb the console, with a verb one request.

fn main() -> std::process::ExitCode {
    tui::program::main()
}
