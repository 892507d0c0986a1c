extension ProblemText {
    /// Which sentence it is. Each has its words in `Texts/problems.<language>.json`, and nowhere else.
    package enum Key: String, CaseIterable, Sendable {
        // Members of a body.
        case notAllRight, missing, atMost, atMostCharacters, atLeastCharacters, atMostBytes, noControlCharacters,
            tooManyMarks
        case wholeNumber, number, rating, oneOf, uuid, newUUID, sha256
        case username, email, password, somebodyHasIt, anotherAccountHasIt
        case atMostLists, atMostFilms, beforeMissing, textOrRating
        case posterWanted, trailerWanted, avatarWanted

        // Requests that a program got wrong.
        case mustBeText, mustBeTexts, mustBeBoolean, mustBeNumber, mustBeObject, mustBeVersions
        case batchLength, batchPart
        case noField, sendJSON, noJSONObject, tooManyValues, memberTwice, bodyTooLong, stoppedEarly, nullCharacter,
            badPercent
        case noParameters, unknownParameter, parameterTwice, parameterTooLong, parameterWholeNumber
        case parameterNumber, parameterChoice, parameterUUID
        case cursorOfAnotherList, pageOfAnotherSnapshot, sinceIsNoCursor, cursorExpired
        case nothingHere, methodsAllowed, webSocketOnly

        // Who it is.
        case signInAndSendToken, sendTokenAsBearer, sessionEnded, signedOut, tokenExpired, tokenForeign, tokenReused
        case credentialsWrong, passwordWrong, accountDeleted, foreignPage, foreignSite

        // What there is, and what is allowed.
        case nothingToSee, deleted, notAllowed, idTaken, changedMeanwhile, usernameTaken, emailTaken
        case onlyWhoAdded, noTrailer, tooManyLists, listKeepsName, listStays, listFull
        case commentEmpty, onlyAuthorChanges, onlyAuthorDeletes

        // What fails, and may be tried again.
        case databaseFull, databaseAway, internalError, mediaAway, noRoomForFiles, fileTooLarge, fileLargerThan
        case tooManyRequests, tooManyRequestsFor, tooManyAttempts, tooManyFiles, tooManySignIns, noMemory, stopping
        case archivesBusy, changesAway, tooManyFollow, shuttingDown

        // Files that came to nothing; kept with the film, in each language.
        case fileTypeNotTaken, fileIsTooLarge, fileDamaged, tooManyPixels, fileNotAsAnnounced, fileNotTaken

        // On the stream; the page has words of its own for its codes.
        case slowReader, noTokenInTime, tokenComesFirst, tokenNotRenewed, tokenOfAnother, unknownMessage
        case tooManyMessages, subscriptionRefused
    }
}
