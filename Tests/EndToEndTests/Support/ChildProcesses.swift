/// Process ids of the direct children, from every thread's list (proc(5), `/proc/<pid>/task/<tid>/children`).
func childProcesses(of process: Int32) -> [Int32] {
    let tasks = "/proc/\(process)/task"
    return FileNames.inside(tasks).flatMap { task in
        FileNames.text("\(tasks)/\(task)/children").split(separator: " ").compactMap { Int32($0) }
    }
}
