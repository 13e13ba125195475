/// One key of the configuration: the table of them makes the parser, the help and the manual.
struct Setting: Sendable {
  /// `listen`: the flag is `--listen`, the variable `SWITCHYARD_LISTEN`, a file's key `listen`.
  let name: String
  /// What stands for the value in help; nil for a switch, which needs none.
  let value: String?
  /// The text that stands in when nobody says anything.
  let standard: String
  let summary: String
  /// Puts a text into the configuration, or says what is wrong with it.
  let apply: @Sendable (inout Configuration, String) -> String?

  var variable: String {
    "SWITCHYARD_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
  }
}

/// Where a value of the configuration came from.
enum SettingSource: String, Sendable {
  case standard = "default"
  case file
  case environment
  case flag
}
