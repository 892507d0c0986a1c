import NIOCore
import Postgres
import Primitives
import Testing

@testable import Films

@Suite("Lists of films")
struct MovieListTests {
    private func titles(_ list: MovieList, _ site: MovieSite, _ caller: Caller) async throws -> [String] {
        try await self.titles(list, site.pages, caller)
    }

    private func titles(_ list: MovieList, _ pages: MoviePages, _ caller: Caller) async throws -> [String] {
        var (list, titles): (MovieList, [String]) = (list, [])
        while true {
            let page = try await pages.page(list, for: caller)
            let members = try RequestBody.decode(Array(page.readableBytesView)).members
            guard case .array(let movies) = members["movies"] else { return titles }
            for case .object(let movie) in movies {
                if case .text(let title) = movie["title"] { titles.append(title) }
            }
            #expect(movies.count <= list.limit)
            guard case .text(let cursor) = members["nextCursor"] else { return titles }
            list.cursor = cursor
        }
    }

    @Test("Every order, cut into pages of two, has each film once; what has no value comes last")
    func orders() async throws {
        try await MovieSite.run { site async throws in
            let a = try await site.account("a")
            try await site.add("The Bee", ["year": .number(1920)], by: a)
            try await site.add("Été", ["rating": .number(9.5), "year": .number(1920)], by: a)
            try await site.add("L'Âne", ["rating": .number(10)], by: a)
            try await site.add("Cat", ["year": .number(1890), "rating": .number(0)], by: a)
            _ = try await site.client.query(
                "UPDATE films.movies SET ratings_sum = 7, ratings_count = 1 WHERE title = 'Cat'"
            )
            var list = MovieList()
            list.limit = 2
            let expected: [(MovieList.Sort, [String])] = [
                (.added, ["Cat", "L'Âne", "Été", "The Bee"]), (.title, ["L'Âne", "The Bee", "Cat", "Été"]),
                (.year, ["Été", "The Bee", "Cat", "L'Âne"]), (.rating, ["L'Âne", "Été", "Cat", "The Bee"]),
            ]
            for (sort, titles) in expected {
                list.sort = sort
                #expect(try await self.titles(list, site, a) == titles, "\(sort)")
            }
            list.sort = .liked
            #expect(try await self.titles(list, site, a).first == "Cat")
        }
    }

    @Test("Searches ignore accents and case, and mean signs of patterns as they are; filters narrow down")
    func searches() async throws {
        try await MovieSite.run { site async throws in
            let (a, b) = (try await site.account("a"), try await site.account("b"))
            try await site.add(
                "Été violent",
                ["description": .text("Un amour à Rimini"), "year": .number(1959)],
                by: a
            )
            try await site.add("100%", ["categories": .array([.text("Comédie")]), "tags": .array([.text("x")])], by: b)
            func found(_ change: (inout MovieList) -> Void) async throws -> [String] {
                var list = MovieList()
                change(&list)
                return try await self.titles(list, site, a)
            }
            #expect(try await found { $0.search = "ete AMOUR 1959" } == ["Été violent"])
            #expect(try await found { $0.search = "%" } == ["100%"])
            #expect(try await found { $0.search = "comedie" } == ["100%"])
            #expect(try await found { $0.search = "amour x" } == [])
            #expect(try await found { $0.category = "Comédie" } == ["100%"])
            #expect(try await found { $0.tag = "y" } == [])
            #expect(try await found { $0.yearTo = 2000 } == ["Été violent"])
            #expect(try await found { $0.addedBy = b.accountID } == ["100%"])
            #expect(try await found { $0.ratingFrom = 0 } == [])
        }
    }

    @Test(
        "A list of a tag is the same however few films of its order are looked at first",
        arguments: [1, 2, 5, 4000]
    )
    func words(near: Int) async throws {
        try await MovieSite.run { site async throws in
            let a = try await site.account("a")
            for number in 1...9 {
                let tags = number % 3 == 0 ? ["third", "all"] : ["all"]
                try await site.add(
                    "Film \(number)",
                    ["tags": .array(tags.map { .text($0) }), "year": .number(Double(1950 + number % 2))],
                    by: a
                )
            }
            var pages = site.pages
            pages.nearFilms = near
            var list = MovieList()
            list.limit = 2
            list.tag = "third"
            #expect(try await self.titles(list, pages, a) == ["Film 9", "Film 6", "Film 3"])
            list.sort = .title
            #expect(try await self.titles(list, pages, a) == ["Film 3", "Film 6", "Film 9"])
            list.sort = .year
            #expect(try await self.titles(list, pages, a) == ["Film 9", "Film 3", "Film 6"])
            list.yearTo = 1950
            #expect(try await self.titles(list, pages, a) == ["Film 6"])
            (list.yearTo, list.tag) = (nil, "nobody's")
            #expect(try await self.titles(list, pages, a) == [])
            (list.tag, list.sort) = ("all", .added)
            #expect(try await self.titles(list, pages, a) == (1...9).reversed().map { "Film \($0)" })
        }
    }

    @Test("A cursor is good for its account and its query only")
    func cursors() async throws {
        try await MovieSite.run { site async throws in
            let (a, b) = (try await site.account("a"), try await site.account("b"))
            for title in ["x", "y"] { try await site.add(title, by: a) }
            var list = MovieList()
            list.limit = 1
            let page = try await site.pages.page(list, for: a)
            guard case .text(let cursor) = try RequestBody.decode(Array(page.readableBytesView)).members["nextCursor"]
            else {
                Issue.record("no cursor")
                return
            }
            list.cursor = cursor
            list.limit = 7
            _ = try await site.pages.page(list, for: a)
            let query = list
            #expect(await codeOf { _ = try await site.pages.page(query, for: b) } == .invalidCursor)
            list.sort = .title
            let other = list
            #expect(await codeOf { _ = try await site.pages.page(other, for: a) } == .invalidCursor)
        }
    }
}
