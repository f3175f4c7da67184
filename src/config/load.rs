//! Reading the configuration.

use std::path::{Path, PathBuf};

use config::{Environment, File, FileFormat};

use super::{Config, Secret, check};

/// Why a configuration cannot be used. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is not there or not readable.
    #[error("the configuration {path} cannot be read: {source}. Write one with `causeway config defaults > {path}`")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A key is unknown, missing or of the wrong type.
    #[error("{0}")]
    Wrong(String),
}

/// The configuration in the file `path`, with the environment's overrides, checked.
///
/// # Errors
/// [`ConfigError`], saying which key is wrong and how to mend it.
pub fn load(path: &Path) -> Result<Config, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    parse(&text, environment())
}

/// The configuration in `text`, with the overrides of `environment`, checked.
///
/// # Errors
/// As [`load`].
pub fn parse(text: &str, environment: Environment) -> Result<Config, ConfigError> {
    let built = config::Config::builder()
        .add_source(File::from_str(text, FileFormat::Toml))
        .add_source(environment)
        .build()
        .map_err(|error| ConfigError::Wrong(error.to_string()))?;
    let mut config: Config = built
        .try_deserialize()
        .map_err(|error| ConfigError::Wrong(suggest(&error.to_string())))?;
    read_secret(&mut config)?;
    check(&config).map_err(ConfigError::Wrong)?;
    Ok(config)
}

/// Variables that name a section and a key; `CAUSEWAY_CONFIG` and the like are not keys.
fn environment() -> Environment {
    let keys =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    environment_of(keys.filter(|(name, _)| name.contains("__")).collect())
}

fn environment_of(variables: std::collections::HashMap<String, String>) -> Environment {
    Environment::with_prefix("CAUSEWAY")
        .source(Some(variables))
        .prefix_separator("_")
        .separator("__")
        .list_separator(",")
        .with_list_parse_key("xmpp.serve_domains")
        .try_parsing(true)
}

fn read_secret(config: &mut Config) -> Result<(), ConfigError> {
    if let (true, Some(path)) = (config.xmpp.secret.is_empty(), &config.xmpp.secret_file) {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
            path: path.clone(),
            source,
        })?;
        config.xmpp.secret = Secret(text.trim().to_owned());
    }
    Ok(())
}

/// Adds "did you mean" to an error about an unknown key, which lists the known ones.
fn suggest(error: &str) -> String {
    let mut quoted = error.split('`').skip(1).step_by(2);
    let Some(unknown) = quoted.next().filter(|_| error.contains("unknown field")) else {
        return error.to_owned();
    };
    let nearest = quoted.min_by_key(|known| distance(unknown, known));
    match nearest.filter(|known| distance(unknown, known) <= 3) {
        Some(known) => format!("{error}. Did you mean `{known}`?"),
        None => error.to_owned(),
    }
}

/// Single-letter edits between two words.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for ((y, above), corner) in b.chars().zip(row.iter().skip(1)).zip(row.iter()) {
            let left = next.last().copied().unwrap_or_default();
            next.push((corner + usize::from(x != y)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = r#"
        [xmpp]
        jid = "bridge.example.org"
        secret = "s"
        [web]
        public_url = "https://bridge.example.org"
    "#;

    fn none() -> Environment {
        Environment::with_prefix("CAUSEWAY").source(Some(std::collections::HashMap::new()))
    }

    fn with(text: &str) -> Result<Config, ConfigError> {
        parse(&format!("{LEAST}{text}"), none())
    }

    #[test]
    fn three_keys_are_enough() {
        let config = with("").unwrap();
        assert_eq!(config.serve_domains(), ["example.org"]);
        assert_eq!(config.handle_domain(), "bridge.example.org");
        assert_eq!(config.ops.listen.port(), 9464);
        assert_eq!(format!("{:?}", config.xmpp.secret), "Secret(…)");
    }

    #[test]
    fn an_unknown_key_names_the_nearest() {
        let error = with("handel_domain = \"x\"").unwrap_err().to_string();
        assert!(error.contains("Did you mean `handle_domain`?"), "{error}");
    }

    #[test]
    fn the_environment_overrides() {
        let variables = [
            ("CAUSEWAY_WEB__LISTEN", "127.0.0.1:1"),
            ("CAUSEWAY_XMPP__SERVE_DOMAINS", "a.example,b.example"),
        ];
        let variables = variables.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let config = parse(LEAST, environment_of(variables.into())).unwrap();
        assert_eq!(config.web.listen.port(), 1);
        assert_eq!(config.serve_domains(), ["a.example", "b.example"]);
    }

    #[test]
    fn test_switches_need_loopback() {
        let error = with("listen = \"0.0.0.0:80\"\n[testing]\nallow_http = true")
            .unwrap_err()
            .to_string();
        assert!(error.contains("loopback"), "{error}");
        assert!(with("\n[testing]\nallow_http = true").is_ok());
    }

    #[test]
    fn the_printed_defaults_are_a_configuration() {
        let uncommented: String = super::super::DEFAULTS
            .lines()
            .map(|line| {
                line.strip_prefix("# ")
                    .filter(|line| line.contains(" = "))
                    .unwrap_or(line)
            })
            .filter(|line| !line.starts_with("secret_file") && !line.starts_with("extra_ca"))
            .map(|line| line.replace("secret = \"\"", "secret = \"s\"") + "\n")
            .collect();
        parse(&uncommented, none()).unwrap();
    }
}
