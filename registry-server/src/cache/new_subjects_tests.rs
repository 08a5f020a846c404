//! Guesses that a subject is new.

use std::sync::Arc;

use super::epochs::Epochs;
use super::new_subjects::NewSubjects;
use crate::domain::Subject;
use crate::store::sql::SqlStore;
use crate::store::{ChangeKind, ReadStore as _, SubjectState, Touched};

/// The state of a subject that nobody has written to.
async fn new_state(subject: &Subject) -> Arc<SubjectState> {
    SqlStore::in_memory().await.unwrap().subject(subject).await.unwrap()
}

fn config_of(subject: &str) -> Touched {
    Touched { kind: ChangeKind::Config, subject: Subject::parse(subject), id: None, guid: None }
}

#[tokio::test]
async fn a_subject_is_guessed_to_be_new_where_the_last_one_was() {
    for (met, guessed, is_guess) in [
        ("a", "b", true),
        ("a", ":.c:b", false),
        (":.c:a", ":.c:b", true),
        (":.c:a", "b", false),
        // The settings of these are those of the context.
        ("", "b", false),
        ("a", "", false),
    ] {
        let (epochs, new_subjects) = (Epochs::new(), NewSubjects::new(1 << 20));
        let [met, guessed] = [met, guessed].map(Subject::parse);
        new_subjects.met(&met, epochs.of_subject(&met), &new_state(&met).await);
        let guess = new_subjects.guess(&guessed, epochs.of_subject(&guessed));
        assert_eq!(guess.is_some(), is_guess, "{met} then {guessed}");
        if let Some(guess) = guess {
            assert_eq!(*guess, *new_state(&guessed).await, "{met} then {guessed}");
        }
    }
}

#[tokio::test]
async fn a_guess_ends_with_what_it_rests_on() {
    let (met, subject) = (Subject::parse(":.c:a"), Subject::parse(":.c:b"));
    // Whether the next subject is guessed to be new, and whether a write that brings the guess is known by it.
    for (name, changed, [is_next, is_known]) in [
        ("nothing", None, [true, true]),
        ("another subject", Some(":.c:z"), [true, true]),
        ("the subject", Some(":.c:b"), [true, false]),
        ("the context", Some(":.c:"), [false, false]),
        ("the default context", Some(":.:"), [false, false]),
    ] {
        let (epochs, new_subjects) = (Epochs::new(), NewSubjects::new(1 << 20));
        new_subjects.met(&met, epochs.of_subject(&met), &new_state(&met).await);
        let guess = new_subjects.guess(&subject, epochs.of_subject(&subject)).expect("it may be new");
        if let Some(changed) = changed {
            epochs.move_on(&[config_of(changed)]);
        }
        let known = new_subjects.guessed(&subject, &guess.scope.token, epochs.of_subject(&subject));
        assert_eq!(known.is_some(), is_known, "{name}");
        assert_eq!(new_subjects.guess(&met, epochs.of_subject(&met)).is_some(), is_next, "{name}");
    }
}

/// A write is known by its own guess alone: of another one it cannot be told what was read in the log between the two.
#[tokio::test]
async fn guesses_are_told_apart() {
    let (epochs, new_subjects) = (Epochs::new(), NewSubjects::new(1 << 20));
    let subject = Subject::parse("s");
    let state = new_state(&subject).await;
    let epoch = epochs.of_subject(&subject);
    new_subjects.met(&subject, epoch, &state);
    let [first, second] = [(); 2].map(|()| new_subjects.guess(&subject, epoch).expect("it may be new"));
    assert_eq!(first.scope.token, second.scope.token, "the state is the same");
    let is_known = |state: &SubjectState| new_subjects.guessed(&subject, &state.scope.token, epoch).is_some();
    assert_eq!([&first, &second, &state].map(|state| is_known(state)), [false, true, false]);
    new_subjects.written(&subject);
    assert!(!is_known(&second), "it is used once");
}

#[tokio::test]
async fn a_wrong_guess_is_the_last_one() {
    let (epochs, new_subjects) = (Epochs::new(), NewSubjects::new(1 << 20));
    let [a, b, c] = ["a", "b", "c"].map(Subject::parse);
    new_subjects.met(&a, epochs.of_subject(&a), &new_state(&a).await);
    // Of what was read it says nothing that a write was refused.
    new_subjects.refused(&c);
    assert!(new_subjects.guess(&b, epochs.of_subject(&b)).is_some());
    new_subjects.refused(&b);
    assert!(new_subjects.guess(&c, epochs.of_subject(&c)).is_none());
}
