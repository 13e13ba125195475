internal import Contract
internal import Events
internal import Models
internal import Store
internal import Wire

/// One run being worked on, by its agent or by the members of its group.
struct RunExecution {
  private let job: RunJob
  private let setup: RunnerSetup
  private var loop: AgentLoop

  init(_ taken: TakenRun, _ setup: RunnerSetup) {
    job = taken.run.job
    self.setup = setup
    loop = AgentLoop(taken, setup)
  }

  /// Works until the run has an ending; what was done is in the log by then.
  mutating func run() async -> RunEnding {
    do throws(RunInterruption) {
      if let group = job.group {
        return .completed(try await loop.discuss(job, group, setup))
      }
      let agent = RunAgent(of: job)
      while true {
        if let sequel = try await loop.keep(loop.answer(agent, to: job.input)) {
          return .completed(sequel)
        }
      }
    } catch {
      return Self.ending(after: error)
    }
  }

  private static func ending(after interruption: RunInterruption) -> RunEnding {
    switch interruption {
    case .lost, .parked, .model(.cancelled): .given
    case .calledOff: .calledOff
    case .model(let error): RunEnding(error)
    case .failed(let error), .spent(let error): .failed(error)
    case .store(let error):
      .failed(RunError(code: "INTERNAL_ERROR", message: Fault(error).message, details: nil))
    }
  }
}
