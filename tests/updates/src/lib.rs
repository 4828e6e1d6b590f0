//! The update client against every attack we know.
