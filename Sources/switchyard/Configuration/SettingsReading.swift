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

  /// `--config FILE` names a file; everything else is a setting.
  static func reader(_ arguments: [String]) throws(StartFailure) -> ConfigurationReader {
    var rest = arguments
    var file: [UInt8]?
    if let index = rest.firstIndex(of: "--config"), index + 1 < rest.count {
      file = try FileText.read(rest[index + 1])
      rest.removeSubrange(index...(index + 1))
    }
    return ConfigurationReader(arguments: rest, environment: environment, file: file)
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

/// The settings as help shows them.
enum SettingsHelp {
  static var text: String {
    let rows = Settings.all.map { setting in
      let flag = "--\(setting.name)" + (setting.value.map { " \($0)" } ?? "")
      let standard = setting.standard.isEmpty ? "" : " [\(setting.standard)]"
      return "  \(flag)\n      \(setting.summary)\(standard)"
    }
    return """
      Settings are flags, variables (SWITCHYARD_LISTEN for --listen) or keys of a JSON file
      (--config FILE); flags go before variables, variables before the file.

      \(rows.joined(separator: "\n"))
      """
  }
}
