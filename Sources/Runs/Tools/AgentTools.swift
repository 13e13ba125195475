package import Store

/// What an operator lets agents reach besides the store; nothing unless somebody says so.
package struct AgentTools: Sendable {
  /// The text files of projects; nil where agents have none.
  package var files: FileTree?
  /// Pages of the web; nil where agents have none.
  package var pages: (any PageSource)?

  package init(files: FileTree? = nil, pages: (any PageSource)? = nil) {
    self.files = files
    self.pages = pages
  }
}
