import ArgumentParser
import Routing

/// `switchyard manual PAGE`.
struct ManualCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Prints a page of the manual, in Markdown.")

  /// The pages that are made from tables.
  enum Page: String, CaseIterable, ExpressibleByArgument {
    case methods, settings

    /// The page as it is committed.
    var text: String {
      switch self {
      case .methods: Manual.markdown(CallCommand.methods)
      case .settings: SettingsHelp.page
      }
    }
  }

  @Argument(help: "methods or settings.")
  var page: Page

  func run() async throws {
    FileText.write(Array(page.text.utf8), to: FileText.output)
  }
}
