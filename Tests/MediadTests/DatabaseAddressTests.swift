import Testing

@testable import mediad

@Suite("database.url (F4)")
struct DatabaseAddressTests {
    @Test(
        "is taken in all forms that libpq reads",
        arguments: [
            "postgresql://media:s3cret@db/app", "postgres://u@h/d", "postgresql:///app?host=/var/run/postgresql",
            "postgresql://u:p%40ss%2Fw@h:5432/d?sslmode=require&target_session_attrs=read-write",
            "postgresql://a,b:5433,[::1]:5434/d", "postgresql://[2001:db8::1]/d", "postgresql://",
            "postgresql://%2Fvar%2Frun/d", "postgresql://user@localhost", "host=db dbname=app password='a b://c'",
            "host=/run/postgresql", "postgresql://u:p#x@h/d", "postgresql://h:/d",
        ]
    )
    func good(_ text: String) { #expect(DatabaseAddress.mistake(in: text) == nil) }

    @Test(
        "is refused where libpq would take a part of the password for something else, and tell it, or where it is no PostgreSQL",
        arguments: [
            "mysql://media:s3cret@db/app", "jdbc:postgresql://db/app", "POSTGRESQL://h/d", "db.example.org/app", "app",
            "postgresql://u:s3@cret@h/d", "postgresql://u:s3/cret@h/d", "postgresql://u:s3?cret@h/d",
            "postgresql://media:s3cret/app", "postgresql://h:70000/d", "postgresql://h:0/d",
            "postgresql://u:s3cret%zz@h/d", "postgresql://u:s3cret%00@h/d", "postgresql://[::1/d",
            "postgresql://h/d?passwort=s3cret",
            "host=db password=s3cret bogus=1", "host=db password='s3cret", "host=db password=s3 cret", "password",
            "postgresql://u:p@h/d\n", " postgresql://h/d",
        ]
    )
    func bad(_ text: String) throws {
        let allowed = try #require(DatabaseAddress.mistake(in: text))
        #expect(!allowed.contains("cret"))
    }
}
