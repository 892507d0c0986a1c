import { text, hasText, language, bytes } from "../texts/texts.js";

/**
 * A problem in the person's language: a meaning of its code; the service's own words only where there is none and they are in that
 * language.
 */
export function words({ code, status, details = {}, detail, message }) {
  if (hasText(`problems.${code}`)) {
    const limit = details.maximumBytes?.[0] ?? details.maximumBytes;
    return text(`problems.${code}`, { limit: limit ? bytes(Number(limit)) : "", allowed: [].concat(details.allowed ?? []).join(", "), found: [].concat(details.found ?? []).join(", ") });
  }
  if (!status) return text("problems.network");
  const said = detail ?? message;
  return said && spokenIn(details) === language ? said : text("problems.other", { status: String(status) });
}

/** Why a film's file came to nothing: the film keeps the sentence in each language, for codes that the page has no words for. */
export function fileWords({ code, detail, details = {} }) {
  return hasText(`problems.${code}`) ? words({ code }) : details[language] ?? detail;
}

/** What a field of a request is called; where it is one that the page has no name for, its own, readable. */
export const fieldName = (name) => text(`fields.${name}`);

/** Of what language the service's words are: it says so itself; what does not is of filmd, in the person's language, or of mediad, in English. */
const spokenIn = (details) => details.language ?? (String(details.type ?? "").startsWith("urn:filmd:") ? language : "en");

/**
 * What is wrong with which field, where the service says it: Map from name of field to words. The service's own, which name the bounds,
 * where they are in the person's language; else what its code means.
 */
export function fieldWords({ details = {} }) {
  return new Map((details.fields ?? []).map(({ field, code, detail, ...more }) =>
    [field, detail && spokenIn(details) === language ? detail : hasText(`problems.fields.${code}`) ? text(`problems.fields.${code}`, more) : text("problems.fields.invalid")]));
}
