/// What each reader thread does: one snapshot for each piece of work.
struct ReaderLoop: Sendable {
  let queue: WorkQueue<Work>

  /// Works until the queue is closed and empty.
  func run(on session: Session) {
    while let work = queue.waitForNext() { perform(work, on: session) }
  }

  private func perform(_ work: Work, on session: Session) {
    do throws(StoreError) { try session.beginReading() } catch { return work.refuse(error) }
    work.take(.run(session)).answer(session.commit())
  }
}
