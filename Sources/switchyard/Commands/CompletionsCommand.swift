import ArgumentParser

/// `switchyard completions SHELL`.
struct CompletionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions",
    abstract: "Prints what makes a shell complete this program's words.",
    discussion: """
      bash: switchyard completions bash >~/.local/share/bash-completion/completions/switchyard
      zsh:  switchyard completions zsh >"${fpath[1]}/_switchyard"
      fish: switchyard completions fish >~/.config/fish/completions/switchyard.fish
      """)

  /// The shells that are known.
  enum Shell: String, CaseIterable, ExpressibleByArgument {
    case bash, zsh, fish

    var script: String {
      switch self {
      case .bash: Switchyard.completionScript(for: .bash)
      case .zsh: Switchyard.completionScript(for: .zsh)
      case .fish: Switchyard.completionScript(for: .fish)
      }
    }
  }

  @Argument(help: "The shell.")
  var shell: Shell

  func run() async throws {
    FileText.print(shell.script)
  }
}
