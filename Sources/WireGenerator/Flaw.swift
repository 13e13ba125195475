/// What is wrong at an offset of the file being read.
struct Flaw: Error, Hashable, Sendable {
  let problem: Problem
  let offset: Int

  init(_ problem: Problem, at offset: Int) {
    self.problem = problem
    self.offset = offset
  }

  init(_ problem: Problem, at token: Token) {
    self.init(problem, at: token.range.lowerBound)
  }
}

/// A flaw with its file, as compilers print it and editors read it.
struct Diagnostic: Error, Hashable, Sendable, CustomStringConvertible {
  let path: String
  let position: Position
  let problem: Problem

  init(_ flaw: Flaw, in file: SourceFile) {
    path = file.path
    position = file.position(at: flaw.offset)
    problem = flaw.problem
  }

  var description: String {
    "\(path):\(position.line):\(position.column): error: \(problem)"
  }
}
