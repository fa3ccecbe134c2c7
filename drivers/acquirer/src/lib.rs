//! What is spoken with the money's side: ISO 8583 terminal messages to an acquirer's host, their keys and codes, and the
//! ECR link to a payment terminal. No store, no screen, no policy: when to sign in is the daemon's.
