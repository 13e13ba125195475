import Glibc
import Wire

/// Reads the configuration of a command from its arguments, the environment and a file.
enum SettingsReading {
  /// The configuration, or the whole list of what is wrong with it.
  static func configuration(_ arguments: [String]) throws(StartFailure) -> Configuration {
    switch try reader(arguments).configuration() {
    case .success(let configuration): return configuration
    case .failure(let problems):
      throw StartFailure(
        .configuration, (["the configuration is wrong:"] + problems.all).joined(separator: "\n  "))
    }
  }

  /// `--config FILE` or `--config=FILE` names a file; everything else is a setting.
  static func reader(_ arguments: [String]) throws(StartFailure) -> ConfigurationReader {
    let (path, settings) = ConfigurationReader.split(arguments)
    var file: [UInt8]?
    if let path { file = try FileText.read(path) }
    return ConfigurationReader(arguments: settings, environment: environment, file: file)
  }

  /// The variables of the process.
  static var environment: [String: String] {
    var variables: [String: String] = [:]
    // SAFETY: the table ends with nil and nobody in this process changes it.
    var entry = unsafe environ
    while let text = unsafe entry.pointee {
      let parts = unsafe String(cString: text).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
      // SAFETY: the entry was not the table's last, nil, so that another follows.
      unsafe entry += 1
    }
    return variables
  }
}

/// The settings as help and manual show them.
enum SettingsHelp {
  /// The page of the manual: a line for every key, in the order of the table.
  static var page: String {
    let rows = Settings.all.map { setting in
      let value = setting.value?.replacing("|", with: "\\|") ?? "–"
      let standard = setting.standard.isEmpty ? "–" : "`\(setting.standard)`"
      return "| `\(setting.name)` | \(value) | \(standard) | \(setting.summary) |"
    }
    return """
      # 80 · Settings

      Made from the table of settings by `switchyard manual settings`; a test fails when it is
      stale.

      A key is a flag of `switchyard serve` (`--listen localhost:0` or `--listen=localhost:0`), a
      variable of the environment (`SWITCHYARD_LISTEN`, with `_` for `-`) or a key of the JSON file
      that `--config FILE` names. Flags go before variables, variables before the file, the file
      before the default. `switchyard config explain` shows what holds and who said it. A key that
      is in no row is refused, and so is a value that does not fit; all problems are told at once.

      | key | value | default | what it does |
      |---|---|---|---|
      \(rows.joined(separator: "\n"))

      """
  }

  /// Every flag of the table, for shells that complete words.
  static var flags: [String] {
    Settings.all.map { "--\($0.name)" } + ["--\(ConfigurationReader.fileFlag)"]
  }

  static var text: String {
    let rows = Settings.all.map { setting in
      let flag = "--\(setting.name)" + (setting.value.map { " \($0)" } ?? "")
      let standard = setting.standard.isEmpty ? "" : " [\(setting.standard)]"
      return "  \(flag)\n" + wrapped(setting.summary + standard, indent: 6)
    }
    return """
      Settings are flags (--listen), variables (SWITCHYARD_LISTEN) or keys of a
      JSON file (--config FILE); flags go before variables, variables before the
      file. `switchyard manual settings` prints the page about them.

      \(rows.joined(separator: "\n"))
      """
  }

  /// The width at which the argument parser would break lines itself, and lose their indentation.
  private static let columns = 79

  private static func wrapped(_ text: String, indent: Int) -> String {
    let space = String(repeating: " ", count: indent)
    var lines = [space]
    for word in text.split(separator: " ") {
      if lines[lines.count - 1].count + word.count + 1 > columns { lines.append(space) }
      lines[lines.count - 1] += (lines[lines.count - 1] == space ? "" : " ") + word
    }
    return lines.joined(separator: "\n")
  }
}
