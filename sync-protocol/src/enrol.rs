//! Enrolment as values: the token line, the request, the reply, and the hub's judgement.
