//! `setup`: the first manager. Where something is missing and somebody sits at a terminal, it is asked for: the name, the
//! PIN twice, and what prints by itself. That stands in the config, which belongs to the technician: the lines are shown,
//! and written only where somebody says so and nothing that stands there could be harmed.

use clap::Args;
use model::Copy;
use protocol::{Pin, Problem, ProblemKind, Reason, request::Setup};

use super::{
    auto_print::{self, Stand},
    operators,
    prompt::{self, Prompt},
};
use crate::{
    context::Context,
    failure::Failure,
    identity,
    output::Output,
    wording::{
        people::{self, Say},
        setup::{self, Ask, ask},
        verbs::{self, Text},
    },
};

/// What the first manager is called. The PIN comes from the global `--pin-file`.
#[derive(Debug, Clone, Args)]
pub(crate) struct SetupArguments {
    /// The manager's number
    #[arg(long, default_value = "01")]
    id: String,
    /// The manager's name; asked for on a terminal
    #[arg(long, value_name = "N")]
    name: Option<String>,
}

/// Makes the first manager; takes no log-on.
pub(super) async fn run(context: &Context, arguments: SetupArguments, out: &mut Output) -> Result<u8, Failure> {
    let language = context.language;
    let usage = |text| Err(Failure::Usage(verbs::text(text, language).to_owned()));
    let SetupArguments { id, name } = arguments;
    let file = context.identity.pin_file.as_deref();
    match (name, file) {
        (Some(name), Some(file)) => {
            let pin = identity::pin(file, language)?;
            let mut client = context.connect_unknown().await?;
            operators::change(context, &mut client, "setup", &Setup { id, name, pin }, out).await
        }
        (name, file) if !context.json && prompt::possible() => {
            let mut client = context.connect_unknown().await?;
            if client.hello.session.as_ref().is_some_and(|session| session.set_up) {
                return Err(already());
            }
            let mut prompt = Prompt::open()?;
            let name = match name {
                Some(name) => name,
                None => asked_name(context, &mut prompt).await?,
            };
            let pin = match file {
                Some(file) => identity::pin(file, language)?,
                None => asked_pin(context, &mut prompt).await?,
            };
            drop(prompt);
            operators::change(context, &mut client, "setup", &Setup { id, name, pin }, out).await?;
            what_prints(context).await
        }
        (None, _) => usage(Text::SetupNeedsName),
        (_, None) => usage(Text::SetupNeedsPin),
    }
}

async fn asked_name(context: &Context, prompt: &mut Prompt) -> Result<String, Failure> {
    let language = context.language;
    loop {
        let name = prompt.line(ask(Ask::Name, language)).await?;
        if (1..=model::operator::LONGEST_NAME).contains(&name.trim().chars().count()) {
            return Ok(name.trim().to_owned());
        }
        prompt.say(ask(Ask::BadName, language))?;
    }
}

async fn asked_pin(context: &Context, prompt: &mut Prompt) -> Result<Pin, Failure> {
    let language = context.language;
    loop {
        let pin = prompt.pin(ask(Ask::Pin, language)).await?;
        if !pin.is_well_formed() {
            prompt.say(people::say(Say::BadPin, language))?;
            continue;
        }
        if prompt.pin(ask(Ask::PinAgain, language)).await? == pin {
            return Ok(pin);
        }
        prompt.say(people::say(Say::PinsDiffer, language))?;
    }
}

/// Asks what prints by itself. The manager is made by now: whatever comes of this, setup is done.
async fn what_prints(context: &Context) -> Result<u8, Failure> {
    const CHOICES: [(&str, Ask, &[Copy]); 3] = [
        ("1", Ask::CopyCustomer, &[Copy::Customer]),
        ("2", Ask::CopyBoth, &[Copy::Merchant, Copy::Customer]),
        ("3", Ask::CopyNone, &[]),
    ];
    let (language, file) = (context.language, &context.config);
    let stand = Stand::of_file(file);
    if let Stand::Says(value) = &stand {
        context.note(&setup::says_already(file, value, language));
        return Ok(0);
    }
    let mut prompt = Prompt::open()?;
    prompt.say(ask(Ask::Which, language))?;
    for (digit, what, _) in CHOICES {
        prompt.say(&format!("  {digit}  {}", ask(what, language)))?;
    }
    let copies = loop {
        let answer = prompt.line("1 / 2 / 3").await?;
        if let Some((.., copies)) = CHOICES.iter().find(|(digit, ..)| *digit == answer.trim()) {
            break *copies;
        }
    };
    if copies.is_empty() {
        prompt.say(ask(Ask::NothingToWrite, language))?;
        return Ok(0);
    }
    let below = stand == Stand::Below;
    prompt.say(&setup::add_lines(file, below, language))?;
    if !below {
        prompt.say("[receipts]")?;
    }
    prompt.say(&auto_print::line(copies))?;
    if stand != Stand::Nothing || !auto_print::writable(file) {
        return Ok(0);
    }
    let yes = prompt.line(ask(Ask::WriteNow, language)).await?;
    let said = match yes.trim() {
        "y" | "Y" | "ｙ" => match auto_print::add(file, copies) {
            Ok(()) => ask(Ask::Written, language).to_owned(),
            Err(error) => setup::not_written(file, &error.to_string(), language),
        },
        _ => ask(Ask::NotWritten, language).to_owned(),
    };
    prompt.say(&said)?;
    Ok(0)
}

/// As the daemon says it, before anybody typed in vain.
fn already() -> Failure {
    Failure::Refused(Box::new(Problem::new(
        ProblemKind::Conflict,
        Reason::AlreadySetUp,
        "making the first manager",
        "operators exist already: the first manager was made before",
        "log on as a manager and add operators",
    )))
}
