//! `operators`: everybody who stands at the till.

use std::path::PathBuf;

use clap::{Subcommand, builder::PossibleValuesParser};
use model::{Language, Operator, Role};
use protocol::{
    Client,
    request::{Nothing, OperatorNamed, OperatorsAdd, OperatorsSet, OperatorsSetPin},
};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{
    answers,
    rows::{self, field},
    table::{Cell, Tone},
};
use crate::{
    context::Context,
    failure::Failure,
    identity,
    output::Output,
    wording::{
        codes,
        verbs::{self, Text},
    },
};

/// What is done with operators.
#[derive(Debug, Subcommand)]
pub(crate) enum OperatorsVerb {
    /// Lists them
    List,
    /// Adds one
    Add {
        id: String,
        #[arg(long, value_name = "R", value_parser = role())]
        role: String,
        #[arg(long, value_name = "N")]
        name: String,
        /// The file with the PIN, mode 0600; `-` is standard input
        #[arg(long, value_name = "FILE")]
        new_pin_file: PathBuf,
    },
    /// Gives one another name or role
    Set {
        id: String,
        #[arg(long, value_name = "N", required_unless_present = "role")]
        name: Option<String>,
        #[arg(long, value_name = "R", value_parser = role())]
        role: Option<String>,
    },
    /// Gives one another PIN; root may without --operator, and everybody his own: --operator is the same ID then
    SetPin {
        id: String,
        /// The file with the PIN, mode 0600; `-` is standard input
        #[arg(long, value_name = "FILE")]
        new_pin_file: PathBuf,
    },
    /// Lets one log on no more
    Disable { id: String },
    /// Lets one log on again who was locked out or disabled
    Unlock { id: String },
}

fn role() -> PossibleValuesParser {
    PossibleValuesParser::new(Role::ALL.iter().map(|role| role.word()))
}

impl OperatorsVerb {
    /// True if it reads standard input.
    pub(super) fn reads_stdin(&self) -> bool {
        match self {
            OperatorsVerb::Add { new_pin_file, .. } | OperatorsVerb::SetPin { new_pin_file, .. } => {
                identity::is_stdin(new_pin_file)
            }
            _ => false,
        }
    }
}

/// Runs a verb of the operators.
pub(super) async fn run(context: &Context, verb: Option<OperatorsVerb>, out: &mut Output) -> Result<u8, Failure> {
    let language = context.language;
    match verb.unwrap_or(OperatorsVerb::List) {
        OperatorsVerb::List => answers::list(context, "operators", &Nothing {}, out, |raw| row(raw, language)).await,
        OperatorsVerb::Add { id, role, name, new_pin_file } => {
            let new_pin = identity::pin(&new_pin_file, language)?;
            let role = Role::from_word(&role).unwrap_or(Role::Cashier);
            let body = OperatorsAdd { id, role, name: Some(name), new_pin };
            asked(context, "operators_add", &body, out).await
        }
        OperatorsVerb::Set { id, name, role } => {
            let role = role.as_deref().and_then(Role::from_word);
            asked(context, "operators_set", &OperatorsSet { id, name, role }, out).await
        }
        OperatorsVerb::SetPin { id, new_pin_file } => {
            let new_pin = identity::pin(&new_pin_file, language)?;
            let log_on = context.identity.log_on(language)?;
            // one's own goes with the present one, whatever one's role
            let pin = log_on.as_ref().filter(|log_on| log_on.operator == id).map(|log_on| log_on.pin.clone());
            let mut client = context.connect_as(log_on).await?;
            change(context, &mut client, "operators_set_pin", &OperatorsSetPin { id, pin, new_pin }, out).await
        }
        OperatorsVerb::Disable { id } => asked(context, "operators_disable", &OperatorNamed { id }, out).await,
        OperatorsVerb::Unlock { id } => asked(context, "operators_unlock", &OperatorNamed { id }, out).await,
    }
}

/// Asks for a change as whoever the command line names.
async fn asked(context: &Context, verb: &str, body: &impl Serialize, out: &mut Output) -> Result<u8, Failure> {
    let mut client = context.connect().await?;
    change(context, &mut client, verb, body, out).await
}

/// Asks for a change and tells what came of it.
pub(super) async fn change(
    context: &Context,
    client: &mut Client,
    verb: &str,
    body: &impl Serialize,
    out: &mut Output,
) -> Result<u8, Failure> {
    let raw: Box<RawValue> = client.call(verb, body).await.map_err(Failure::sent)?;
    let language = context.language;
    answers::show(context, &raw, out, |operator: &Operator| {
        vec![
            field(Text::Id, &operator.id, language),
            field(Text::Name, operator.name.as_str(), language),
            field(Text::Role, codes::role(operator.role, language), language),
            field(Text::State, state(operator, language).0, language),
        ]
    })?;
    Ok(0)
}

fn row(raw: &RawValue, language: Language) -> Option<Vec<Cell>> {
    let operator: Operator = serde_json::from_str(raw.get()).ok()?;
    let (state, tone) = state(&operator, language);
    Some(vec![
        Cell::new(&operator.id),
        Cell::new(operator.name.as_str()),
        Cell::new(codes::role(operator.role, language)),
        Cell::new(state).toned(tone),
    ])
}

fn state(operator: &Operator, language: Language) -> (String, Tone) {
    match operator.locked_until {
        _ if operator.disabled => (verbs::text(Text::Disabled, language).to_owned(), Tone::Faint),
        Some(until) => (format!("{} {}", verbs::text(Text::LockedUntil, language), rows::clock(until)), Tone::Doubtful),
        None => (verbs::text(Text::Active, language).to_owned(), Tone::Good),
    }
}
