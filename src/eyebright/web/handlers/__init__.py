"""One module for each part of the API: from what was asked to rooms, and from their values to
`shapes`. No decisions here."""
