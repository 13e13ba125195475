import Testing

/// Records each finding as an issue of its own, so that a failing run reads as a list of places.
func report(_ findings: [Finding], at location: SourceLocation = #_sourceLocation) {
  for finding in findings.sorted() {
    Issue.record("\(finding)", sourceLocation: location)
  }
}
