/// Why a file was not sent: a stable code for programs, a message for people.
package struct UploadClientError: Error, Sendable {
    /// The kinds of failure that a caller can tell apart.
    package enum Code: String, Hashable, Sendable {
        /// There is no such file, or it cannot be read.
        case unreadable
        /// A folder, a pipe or the like.
        case notAFile
        /// The file has no bytes.
        case emptyFile
        /// The file changed while it was being sent.
        case fileChanged
        /// The server refused the file, or answered something that it should not.
        case refused
        /// The server has a file of that name already.
        case nameTaken
        /// The server could not be reached, or not often enough.
        case unreachable
        /// Another process sends the same file to the same place.
        case busy
        /// What is needed to resume the upload later cannot be kept on this machine.
        case notResumable
    }

    /// What the caller can do to get on with the same upload.
    package enum Advice: String, Hashable, Sendable {
        /// Send the file from the beginning.
        case sendAgain
        /// Send the same file to the same place: the upload goes on from where it is.
        case resume
        /// The same, when what is in the way was cleared: the server has the bytes and only publishes them.
        case publishAgain
    }

    /// The kind.
    package let code: Code
    /// What happened, in whole sentences, naming the file.
    package let message: String
    /// What to do; nil where nothing goes on from here.
    package let advice: Advice?

    init(_ code: Code, _ message: String, advice: Advice? = nil) {
        self.code = code
        self.message = message
        self.advice = advice
    }
}
