/* SPDX-License-Identifier: MIT */
/*
 * The PGP word list.  Invariant: within a column no word stands twice, and
 * letters of either case mean the same.
 */
#include "ceremony/base/words.h"

#include <stdbool.h>

static const char *const words_table[256][2] = {
	{ "aardvark", "adroitness" },
	{ "absurd", "adviser" },
	{ "accrue", "aftermath" },
	{ "acme", "aggregate" },
	{ "adrift", "alkali" },
	{ "adult", "almighty" },
	{ "afflict", "amulet" },
	{ "ahead", "amusement" },
	{ "aimless", "antenna" },
	{ "Algol", "applicant" },
	{ "allow", "Apollo" },
	{ "alone", "armistice" },
	{ "ammo", "article" },
	{ "ancient", "asteroid" },
	{ "apple", "Atlantic" },
	{ "artist", "atmosphere" },
	{ "assume", "autopsy" },
	{ "Athens", "Babylon" },
	{ "atlas", "backwater" },
	{ "Aztec", "barbecue" },
	{ "baboon", "belowground" },
	{ "backfield", "bifocals" },
	{ "backward", "bodyguard" },
	{ "banjo", "bookseller" },
	{ "beaming", "borderline" },
	{ "bedlamp", "bottomless" },
	{ "beehive", "Bradbury" },
	{ "beeswax", "bravado" },
	{ "befriend", "Brazilian" },
	{ "Belfast", "breakaway" },
	{ "berserk", "Burlington" },
	{ "billiard", "businessman" },
	{ "bison", "butterfat" },
	{ "blackjack", "Camelot" },
	{ "blockade", "candidate" },
	{ "blowtorch", "cannonball" },
	{ "bluebird", "Capricorn" },
	{ "bombast", "caravan" },
	{ "bookshelf", "caretaker" },
	{ "brackish", "celebrate" },
	{ "breadline", "cellulose" },
	{ "breakup", "certify" },
	{ "brickyard", "chambermaid" },
	{ "briefcase", "Cherokee" },
	{ "Burbank", "Chicago" },
	{ "button", "clergyman" },
	{ "buzzard", "coherence" },
	{ "cement", "combustion" },
	{ "chairlift", "commando" },
	{ "chatter", "company" },
	{ "checkup", "component" },
	{ "chisel", "concurrent" },
	{ "choking", "confidence" },
	{ "chopper", "conformist" },
	{ "Christmas", "congregate" },
	{ "clamshell", "consensus" },
	{ "classic", "consulting" },
	{ "classroom", "corporate" },
	{ "cleanup", "corrosion" },
	{ "clockwork", "councilman" },
	{ "cobra", "crossover" },
	{ "commence", "crucifix" },
	{ "concert", "cumbersome" },
	{ "cowbell", "customer" },
	{ "crackdown", "Dakota" },
	{ "cranky", "decadence" },
	{ "crowfoot", "December" },
	{ "crucial", "decimal" },
	{ "crumpled", "designing" },
	{ "crusade", "detector" },
	{ "cubic", "detergent" },
	{ "dashboard", "determine" },
	{ "deadbolt", "dictator" },
	{ "deckhand", "dinosaur" },
	{ "dogsled", "direction" },
	{ "dragnet", "disable" },
	{ "drainage", "disbelief" },
	{ "dreadful", "disruptive" },
	{ "drifter", "distortion" },
	{ "dropper", "document" },
	{ "drumbeat", "embezzle" },
	{ "drunken", "enchanting" },
	{ "Dupont", "enrollment" },
	{ "dwelling", "enterprise" },
	{ "eating", "equation" },
	{ "edict", "equipment" },
	{ "egghead", "escapade" },
	{ "eightball", "Eskimo" },
	{ "endorse", "everyday" },
	{ "endow", "examine" },
	{ "enlist", "existence" },
	{ "erase", "exodus" },
	{ "escape", "fascinate" },
	{ "exceed", "filament" },
	{ "eyeglass", "finicky" },
	{ "eyetooth", "forever" },
	{ "facial", "fortitude" },
	{ "fallout", "frequency" },
	{ "flagpole", "gadgetry" },
	{ "flatfoot", "Galveston" },
	{ "flytrap", "getaway" },
	{ "fracture", "glossary" },
	{ "framework", "gossamer" },
	{ "freedom", "graduate" },
	{ "frighten", "gravity" },
	{ "gazelle", "guitarist" },
	{ "Geiger", "hamburger" },
	{ "glitter", "Hamilton" },
	{ "glucose", "handiwork" },
	{ "goggles", "hazardous" },
	{ "goldfish", "headwaters" },
	{ "gremlin", "hemisphere" },
	{ "guidance", "hesitate" },
	{ "hamlet", "hideaway" },
	{ "highchair", "holiness" },
	{ "hockey", "hurricane" },
	{ "indoors", "hydraulic" },
	{ "indulge", "impartial" },
	{ "inverse", "impetus" },
	{ "involve", "inception" },
	{ "island", "indigo" },
	{ "jawbone", "inertia" },
	{ "keyboard", "infancy" },
	{ "kickoff", "inferno" },
	{ "kiwi", "informant" },
	{ "klaxon", "insincere" },
	{ "locale", "insurgent" },
	{ "lockup", "integrate" },
	{ "merit", "intention" },
	{ "minnow", "inventive" },
	{ "miser", "Istanbul" },
	{ "Mohawk", "Jamaica" },
	{ "mural", "Jupiter" },
	{ "music", "leprosy" },
	{ "necklace", "letterhead" },
	{ "Neptune", "liberty" },
	{ "newborn", "maritime" },
	{ "nightbird", "matchmaker" },
	{ "Oakland", "maverick" },
	{ "obtuse", "Medusa" },
	{ "offload", "megaton" },
	{ "optic", "microscope" },
	{ "orca", "microwave" },
	{ "payday", "midsummer" },
	{ "peachy", "millionaire" },
	{ "pheasant", "miracle" },
	{ "physique", "misnomer" },
	{ "playhouse", "molasses" },
	{ "Pluto", "molecule" },
	{ "preclude", "Montana" },
	{ "prefer", "monument" },
	{ "preshrunk", "mosquito" },
	{ "printer", "narrative" },
	{ "prowler", "nebula" },
	{ "pupil", "newsletter" },
	{ "puppy", "Norwegian" },
	{ "python", "October" },
	{ "quadrant", "Ohio" },
	{ "quiver", "onlooker" },
	{ "quota", "opulent" },
	{ "ragtime", "Orlando" },
	{ "ratchet", "outfielder" },
	{ "rebirth", "Pacific" },
	{ "reform", "pandemic" },
	{ "regain", "Pandora" },
	{ "reindeer", "paperweight" },
	{ "rematch", "paragon" },
	{ "repay", "paragraph" },
	{ "retouch", "paramount" },
	{ "revenge", "passenger" },
	{ "reward", "pedigree" },
	{ "rhythm", "Pegasus" },
	{ "ribcage", "penetrate" },
	{ "ringbolt", "perceptive" },
	{ "robust", "performance" },
	{ "rocker", "pharmacy" },
	{ "ruffled", "phonetic" },
	{ "sailboat", "photograph" },
	{ "sawdust", "pioneer" },
	{ "scallion", "pocketful" },
	{ "scenic", "politeness" },
	{ "scorecard", "positive" },
	{ "Scotland", "potato" },
	{ "seabird", "processor" },
	{ "select", "provincial" },
	{ "sentence", "proximate" },
	{ "shadow", "puberty" },
	{ "shamrock", "publisher" },
	{ "showgirl", "pyramid" },
	{ "skullcap", "quantity" },
	{ "skydive", "racketeer" },
	{ "slingshot", "rebellion" },
	{ "slowdown", "recipe" },
	{ "snapline", "recover" },
	{ "snapshot", "repellent" },
	{ "snowcap", "replica" },
	{ "snowslide", "reproduce" },
	{ "solo", "resistor" },
	{ "southward", "responsive" },
	{ "soybean", "retraction" },
	{ "spaniel", "retrieval" },
	{ "spearhead", "retrospect" },
	{ "spellbind", "revenue" },
	{ "spheroid", "revival" },
	{ "spigot", "revolver" },
	{ "spindle", "sandalwood" },
	{ "spyglass", "sardonic" },
	{ "stagehand", "Saturday" },
	{ "stagnate", "savagery" },
	{ "stairway", "scavenger" },
	{ "standard", "sensation" },
	{ "stapler", "sociable" },
	{ "steamship", "souvenir" },
	{ "sterling", "specialist" },
	{ "stockman", "speculate" },
	{ "stopwatch", "stethoscope" },
	{ "stormy", "stupendous" },
	{ "sugar", "supportive" },
	{ "surmount", "surrender" },
	{ "suspense", "suspicious" },
	{ "sweatband", "sympathy" },
	{ "swelter", "tambourine" },
	{ "tactics", "telephone" },
	{ "talon", "therapist" },
	{ "tapeworm", "tobacco" },
	{ "tempest", "tolerance" },
	{ "tiger", "tomorrow" },
	{ "tissue", "torpedo" },
	{ "tonic", "tradition" },
	{ "topmost", "travesty" },
	{ "tracker", "trombonist" },
	{ "transit", "truncated" },
	{ "trauma", "typewriter" },
	{ "treadmill", "ultimate" },
	{ "Trojan", "undaunted" },
	{ "trouble", "underfoot" },
	{ "tumor", "unicorn" },
	{ "tunnel", "unify" },
	{ "tycoon", "universe" },
	{ "uncut", "unravel" },
	{ "unearth", "upcoming" },
	{ "unwind", "vacancy" },
	{ "uproot", "vagabond" },
	{ "upset", "vertigo" },
	{ "upshot", "Virginia" },
	{ "vapor", "visitor" },
	{ "village", "vocalist" },
	{ "virus", "voyager" },
	{ "Vulcan", "warranty" },
	{ "waffle", "Waterloo" },
	{ "wallet", "whimsical" },
	{ "watchword", "Wichita" },
	{ "wayside", "Wilmington" },
	{ "willow", "Wyoming" },
	{ "woodlark", "yesteryear" },
	{ "Zulu", "Yucatan" },
};

const char *
words_get(uint8_t byte, size_t at)
{
	return words_table[byte][at & 1];
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* word begins with s[0..len); *whole: and ends there. */
static bool
begins(const char *word, const char *s, size_t len, bool *whole)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (word[i] == '\0' || lower(word[i]) != lower(s[i]))
			return false;
	*whole = word[i] == '\0';
	return true;
}

int
words_prefix(const char *s, size_t len, size_t at, int *byte)
{
	int count = 0, found = -1;

	if (len == 0)
		return 256;
	for (int i = 0; i < 256; i++) {
		bool whole;

		if (!begins(words_table[i][at & 1], s, len, &whole))
			continue;
		if (whole) {
			*byte = i;
			return 1;
		}
		found = i;
		count++;
	}
	if (count == 1)
		*byte = found;
	return count;
}

int
words_find(const char *s, size_t len, size_t at)
{
	for (int i = 0; len > 0 && i < 256; i++) {
		bool whole;

		if (begins(words_table[i][at & 1], s, len, &whole) && whole)
			return i;
	}
	return -1;
}

static bool
is_gap(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '-' ||
	    c == '.';
}

int
words_parse(const char *text, size_t len, uint8_t *out, size_t n, size_t *bad)
{
	size_t i = 0, at = 0;
	struct buf bytes = BUF_INIT;

	for (;;) {
		size_t start;
		int byte = -1;

		while (i < len && is_gap(text[i]))
			i++;
		if (i == len)
			break;
		start = i;
		while (i < len && !is_gap(text[i]))
			i++;
		if (at == n ||
		    words_prefix(text + start, i - start, at, &byte) != 1)
			goto fail;
		buf_byte(&bytes, (uint8_t)byte);
		at++;
	}
	if (at != n)
		goto fail;
	for (size_t k = 0; k < n; k++)
		out[k] = bytes.data[k];
	buf_free(&bytes);
	return 0;
fail:
	*bad = at;
	buf_free(&bytes);
	return -1;
}

void
words_format(struct buf *out, const uint8_t *p, size_t len, size_t at)
{
	for (size_t i = 0; i < len; i++) {
		if (i > 0)
			buf_byte(out, ' ');
		buf_str(out, words_get(p[i], at + i));
	}
}
