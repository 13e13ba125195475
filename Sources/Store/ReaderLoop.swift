/// What each reader thread does: one snapshot for each piece of work.
struct ReaderLoop: Sendable {
  let queue: WorkQueue<Job<Reader>>

  /// Works until the queue is closed and empty.
  func run(on session: Session) {
    while let job = queue.waitForNext() { perform(job, on: session) }
  }

  private func perform(_ job: Job<Reader>, on session: Session) {
    do throws(StoreError) { try session.beginReading() } catch { return job.refuse(error) }
    let performed = job.perform(Reader(session))
    performed.answer(session.commit())
  }
}
