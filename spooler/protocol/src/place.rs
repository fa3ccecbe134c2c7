//! Where the config, the socket and the state are (INTERFACES §2). The environment is a value passed in.

use std::path::{Path, PathBuf};

/// The variables that say where things are.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    pub config: Option<PathBuf>,
    pub socket: Option<PathBuf>,
    pub xdg_config_home: Option<PathBuf>,
    pub xdg_state_home: Option<PathBuf>,
    pub xdg_runtime_dir: Option<PathBuf>,
    pub state_directory: Option<PathBuf>,
    pub runtime_directory: Option<PathBuf>,
}

impl Environment {
    /// This process's.
    pub fn of_process() -> Environment {
        let path = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        // systemd may give several folders, separated by colons: the first is ours
        let first = |name: &str| {
            path(name).map(|p| p.to_string_lossy().split(':').next().map(PathBuf::from).unwrap_or_default())
        };
        Environment {
            config: path("COUNTERFOIL_CONFIG"),
            socket: path("COUNTERFOIL_SOCKET"),
            xdg_config_home: path("XDG_CONFIG_HOME").filter(|p| p.is_absolute()),
            xdg_state_home: path("XDG_STATE_HOME").filter(|p| p.is_absolute()),
            xdg_runtime_dir: path("XDG_RUNTIME_DIR").filter(|p| p.is_absolute()),
            state_directory: first("STATE_DIRECTORY"),
            runtime_directory: first("RUNTIME_DIRECTORY"),
        }
    }

    /// The config file: `--config`, `$COUNTERFOIL_CONFIG`, the user's, the system's. The user's counts only if it
    /// exists, so that a system config is found by everyone.
    pub fn config(&self, flag: Option<&Path>) -> PathBuf {
        let user = self.xdg_config_home.as_ref().map(|home| home.join("counterfoil/counterfoil.toml"));
        flag.map(Path::to_owned)
            .or_else(|| self.config.clone())
            .or_else(|| user.filter(|path| path.exists()))
            .unwrap_or_else(|| PathBuf::from("/etc/counterfoil/counterfoil.toml"))
    }

    /// The socket: `--socket`, `$COUNTERFOIL_SOCKET`, the config's, the runtime folder's, the system's.
    pub fn socket(&self, flag: Option<&Path>, config: Option<&Path>) -> PathBuf {
        flag.map(Path::to_owned)
            .or_else(|| self.socket.clone())
            .or_else(|| config.map(Path::to_owned))
            .or_else(|| self.runtime_directory.as_ref().map(|dir| dir.join("spooler.sock")))
            .or_else(|| self.xdg_runtime_dir.as_ref().map(|dir| dir.join("counterfoil/spooler.sock")))
            .unwrap_or_else(|| PathBuf::from("/run/counterfoil/spooler.sock"))
    }

    /// The state folder: the config's, `$STATE_DIRECTORY`, `$XDG_STATE_HOME/counterfoil`, the system's.
    pub fn state(&self, config: Option<&Path>) -> PathBuf {
        config
            .map(Path::to_owned)
            .or_else(|| self.state_directory.clone())
            .or_else(|| self.xdg_state_home.as_ref().map(|home| home.join("counterfoil")))
            .unwrap_or_else(|| PathBuf::from("/var/lib/counterfoil"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_wins_then_the_environment_then_the_config() {
        let mut env = Environment { xdg_runtime_dir: Some("/run/user/7".into()), ..Environment::default() };
        assert_eq!(env.socket(None, None), Path::new("/run/user/7/counterfoil/spooler.sock"));
        assert_eq!(env.socket(None, Some(Path::new("/c"))), Path::new("/c"));
        env.socket = Some("/e".into());
        assert_eq!(env.socket(None, Some(Path::new("/c"))), Path::new("/e"));
        assert_eq!(env.socket(Some(Path::new("/f")), Some(Path::new("/c"))), Path::new("/f"));
        assert_eq!(Environment::default().socket(None, None), Path::new("/run/counterfoil/spooler.sock"));
        assert_eq!(Environment::default().state(None), Path::new("/var/lib/counterfoil"));
    }
}
