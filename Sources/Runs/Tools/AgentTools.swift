package import Store

/// What an operator lets agents reach besides the store; nothing unless somebody says so.
package struct AgentTools: Sendable {
  /// The text files of projects; nil where agents have none.
  package var files: FileTree?

  package init(files: FileTree? = nil) { self.files = files }
}
