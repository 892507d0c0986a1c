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
  return said && (language === "en" || isWorded(details)) ? said : text("problems.other", { status: String(status) });
}

/** Why a film's file came to nothing: the film keeps the sentence in each language, for codes that the page has no words for. */
export function fileWords({ code, detail, details = {} }) {
  return hasText(`problems.${code}`) ? words({ code }) : details[language] ?? detail;
}

/** Whether filmd itself says it, which does so in the person's language; mediad's words are English. */
const isWorded = (details) => String(details.type ?? "").startsWith("urn:filmd:");

/** What is wrong with which field, where the service says it: Map from name of field to words. */
export function fieldWords({ details = {} }) {
  return new Map((details.fields ?? []).map(({ field, code, detail, ...more }) =>
    [field, hasText(`problems.fields.${code}`) ? text(`problems.fields.${code}`, more) : detail && (language === "en" || isWorded(details)) ? detail : text("problems.fields.invalid")]));
}
