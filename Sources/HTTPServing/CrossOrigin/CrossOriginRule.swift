/// What scripts of other web sites may do at a route, if their site is one of the allowed ones (CORS, WHATWG Fetch 3.2).
package enum CrossOriginRule: Hashable, Sendable {
    /// Nothing.
    case none
    /// Read it, and see how long that took.
    case reading
    /// Use every method, and see the fields of the upload protocols.
    case uploading
}
