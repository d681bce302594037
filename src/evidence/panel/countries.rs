//! States by the codes that data sets use: read as ISO 3166-1 where that is unambiguous, else refused with the code wanted.
//!
//! Numbers are those of the Correlates of War (<https://correlatesofwar.org>) and of Gleditsch and Ward (1999), whose
//! lists differ in a few. They are not read, since those of the United Nations are numbers too and mean other states.

use super::regions;
use crate::excerpt::quoted;
use crate::input::{whole, word};
use deunicode::deunicode;

/// Codes of three capitals that are no ISO code of today, and the one that is.
const OTHERS: [(&str, &str); 8] = [
    ("KOS", "XKX"),
    ("KSV", "XKX"),
    ("ROM", "ROU"),
    ("ZAR", "COD"),
    ("TMP", "TLS"),
    ("WBG", "PSE"),
    ("ADO", "AND"),
    ("BUR", "MMR"),
];

/// Numbers of the Correlates of War, by which Gleditsch and Ward count too but where [`GLEDITSCH_WARD`] says otherwise.
const CORRELATES_OF_WAR: &str = "\
    2USA 20CAN 31BHS 40CUB 41HTI 42DOM 51JAM 52TTO 53BRB 54DMA 55GRD 56LCA 57VCT 58ATG 60KNA 70MEX 80BLZ 90GTM 91HND 92SLV \
    93NIC 94CRI 95PAN 100COL 101VEN 110GUY 115SUR 130ECU 135PER 140BRA 145BOL 150PRY 155CHL 160ARG 165URY 200GBR 205IRL \
    210NLD 211BEL 212LUX 220FRA 221MCO 223LIE 225CHE 230ESP 232AND 235PRT 255DEU 290POL 305AUT 310HUN 316CZE 317SVK 325ITA \
    331SMR 338MLT 339ALB 341MNE 343MKD 344HRV 345SRB 346BIH 347XKX 349SVN 350GRC 352CYP 355BGR 359MDA 360ROU 365RUS 366EST \
    367LVA 368LTU 369UKR 370BLR 371ARM 372GEO 373AZE 375FIN 380SWE 385NOR 390DNK 395ISL 402CPV 403STP 404GNB 411GNQ 420GMB \
    432MLI 433SEN 434BEN 435MRT 436NER 437CIV 438GIN 439BFA 450LBR 451SLE 452GHA 461TGO 471CMR 475NGA 481GAB 482CAF 483TCD \
    484COG 490COD 500UGA 501KEN 510TZA 516BDI 517RWA 520SOM 522DJI 530ETH 531ERI 540AGO 541MOZ 551ZMB 552ZWE 553MWI 560ZAF \
    565NAM 570LSO 571BWA 572SWZ 580MDG 581COM 590MUS 591SYC 600MAR 615DZA 616TUN 620LBY 625SDN 626SSD 630IRN 640TUR 645IRQ \
    651EGY 652SYR 660LBN 663JOR 666ISR 670SAU 678YEM 679YEM 690KWT 692BHR 694QAT 696ARE 698OMN 700AFG 701TKM 702TJK 703KGZ \
    704UZB 705KAZ 710CHN 712MNG 713TWN 731PRK 732KOR 740JPN 750IND 760BTN 770PAK 771BGD 775MMR 780LKA 781MDV 790NPL 800THA \
    811KHM 812LAO 816VNM 820MYS 830SGP 835BRN 840PHL 850IDN 860TLS 900AUS 910PNG 920NZL 935VUT 940SLB 946KIR 947TUV 950FJI \
    955TON 970NRU 983MHL 986PLW 987FSM 990WSM";
/// Numbers of Gleditsch and Ward that differ.
const GLEDITSCH_WARD: &str = "260DEU 340SRB 970KIR 971NRU 972TON 973TUV";

/// Names, in small letters without accents, that the World Bank and others give to states.
const NAMES: &str = "\
    AFG afghanistan; AGO angola; ALB albania; AND andorra; ARE united arab emirates; ARG argentina; ARM armenia; \
    ATG antigua and barbuda; AUS australia; AUT austria; AZE azerbaijan; BDI burundi; BEL belgium; BEN benin; BFA burkina faso; \
    BGD bangladesh; BGR bulgaria; BHR bahrain; BHS bahamas; BHS bahamas the; BIH bosnia and herzegovina; BLR belarus; BLZ belize; \
    BOL bolivia; BRA brazil; BRB barbados; BRN brunei; BRN brunei darussalam; BTN bhutan; BWA botswana; \
    CAF central african republic; CAN canada; CHE switzerland; CHL chile; CHN china; CIV cote d ivoire; CIV ivory coast; \
    CMR cameroon; COD congo dem rep; COD democratic republic of the congo; COD congo kinshasa; COG congo rep; COG congo; \
    COG congo brazzaville; COG republic of the congo; COL colombia; COM comoros; CPV cabo verde; CPV cape verde; CRI costa rica; \
    CUB cuba; CYP cyprus; CZE czech republic; CZE czechia; DEU germany; DJI djibouti; DMA dominica; DNK denmark; \
    DOM dominican republic; DZA algeria; ECU ecuador; EGY egypt; EGY egypt arab rep; ERI eritrea; ESP spain; EST estonia; \
    ETH ethiopia; FIN finland; FJI fiji; FRA france; FSM micronesia; FSM micronesia fed sts; GAB gabon; GBR united kingdom; \
    GEO georgia; GHA ghana; GIN guinea; GMB gambia; GMB gambia the; GNB guinea bissau; GNQ equatorial guinea; GRC greece; \
    GRD grenada; GTM guatemala; GUY guyana; HKG hong kong; HKG hong kong sar china; HND honduras; HRV croatia; HTI haiti; \
    HUN hungary; IDN indonesia; IND india; IRL ireland; IRN iran; IRN iran islamic rep; IRQ iraq; ISL iceland; ISR israel; \
    ITA italy; JAM jamaica; JOR jordan; JPN japan; KAZ kazakhstan; KEN kenya; KGZ kyrgyz republic; KGZ kyrgyzstan; KHM cambodia; \
    KIR kiribati; KNA st kitts and nevis; KOR korea rep; KOR south korea; KOR republic of korea; KWT kuwait; LAO lao pdr; LAO laos; \
    LBN lebanon; LBR liberia; LBY libya; LCA st lucia; LIE liechtenstein; LKA sri lanka; LSO lesotho; LTU lithuania; \
    LUX luxembourg; LVA latvia; MAC macao sar china; MAC macau; MAR morocco; MCO monaco; MDA moldova; MDG madagascar; MDV maldives; \
    MEX mexico; MHL marshall islands; MKD north macedonia; MKD macedonia; MKD macedonia fyr; MLI mali; MLT malta; MMR myanmar; \
    MMR burma; MNE montenegro; MNG mongolia; MOZ mozambique; MRT mauritania; MUS mauritius; MWI malawi; MYS malaysia; \
    NAM namibia; NER niger; NGA nigeria; NIC nicaragua; NLD netherlands; NOR norway; NPL nepal; NRU nauru; NZL new zealand; \
    OMN oman; PAK pakistan; PAN panama; PER peru; PHL philippines; PLW palau; PNG papua new guinea; POL poland; \
    PRK korea dem people s rep; PRK north korea; PRT portugal; PRY paraguay; PSE west bank and gaza; QAT qatar; ROU romania; \
    RUS russian federation; RUS russia; RWA rwanda; SAU saudi arabia; SDN sudan; SEN senegal; SGP singapore; SLB solomon islands; \
    SLE sierra leone; SLV el salvador; SMR san marino; SOM somalia; SRB serbia; SSD south sudan; STP sao tome and principe; \
    SUR suriname; SVK slovak republic; SVK slovakia; SVN slovenia; SWE sweden; SWZ eswatini; SWZ swaziland; SYC seychelles; \
    SYR syrian arab republic; SYR syria; TCD chad; TGO togo; THA thailand; TJK tajikistan; TKM turkmenistan; TLS timor leste; \
    TLS east timor; TON tonga; TTO trinidad and tobago; TUN tunisia; TUR turkey; TUR turkiye; TUV tuvalu; TWN taiwan; \
    TWN taiwan china; TZA tanzania; UGA uganda; UKR ukraine; URY uruguay; USA united states; USA united states of america; \
    UZB uzbekistan; VCT st vincent and the grenadines; VEN venezuela; VEN venezuela rb; VNM vietnam; VNM viet nam; VUT vanuatu; \
    WSM samoa; XKX kosovo; YEM yemen; YEM yemen rep; ZAF south africa; ZMB zambia; ZWE zimbabwe";

/// What a code in a table is expected to be.
const EXPECTED: &str = "a code of three capital letters (ISO 3166-1)";

/// How tables name their states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Codes {
    /// By ISO 3166-1, three capital letters.
    #[default]
    Iso3,
    /// By the numbers of the Correlates of War.
    CorrelatesOfWar,
    /// By the numbers of Gleditsch and Ward.
    GleditschWard,
    /// By name, in English.
    Name,
    /// By ids of the user's own: letters, digits, `-` and `_`.
    Own,
}

impl Codes {
    /// The id of the state that a cell names: its ISO code, or the user's own id.
    ///
    /// ```
    /// use suasion::evidence::panel::Codes;
    /// assert_eq!(Codes::CorrelatesOfWar.read("850").as_deref(), Ok("IDN"));
    /// assert_eq!(Codes::GleditschWard.read("260").as_deref(), Ok("DEU"));
    /// assert_eq!(Codes::Name.read("Viet Nam").as_deref(), Ok("VNM"));
    /// assert_eq!(Codes::Own.read("north-1").as_deref(), Ok("north-1"));
    /// assert_eq!(Codes::CorrelatesOfWar.read("IDN").unwrap_err(), "found state \"IDN\", expected a number of the Correlates of War");
    /// ```
    ///
    /// # Errors
    /// If it names none: what was found and expected, and what may help.
    pub fn read(self, cell: &str) -> Result<String, String> {
        let numbered = |list: &[&'static str]| {
            let number = whole(cell).ok().flatten()?;
            list.iter().find_map(|list| by_number(list, number)).map(str::to_string)
        };
        let (found, expected) = match self {
            Codes::Iso3 => return iso3(cell),
            Codes::CorrelatesOfWar => (numbered(&[CORRELATES_OF_WAR]), "a number of the Correlates of War"),
            Codes::GleditschWard => {
                (numbered(&[GLEDITSCH_WARD, CORRELATES_OF_WAR]), "a number of Gleditsch and Ward")
            }
            Codes::Name => (by_name(cell).map(str::to_string), "a state's name in English"),
            Codes::Own => {
                let may_be = |id: &&str| region_id(id).as_deref() == Some(*id);
                (word(cell).filter(may_be).map(str::to_string), "letters, digits, `-` and `_`")
            }
        };
        found.ok_or_else(|| format!("found state {}, expected {expected}", quoted(cell)))
    }
}

/// The ISO code that a cell gives, whatever its case; codes that stood for states of today before or beside ISO are read as its.
///
/// ```
/// use suasion::evidence::panel::iso3;
/// assert_eq!((iso3("IDN").as_deref(), iso3("KOS").as_deref()), (Ok("IDN"), Ok("XKX")));
/// assert_eq!(
///     iso3("850").unwrap_err(),
///     "found state \"850\", expected a code of three capital letters (ISO 3166-1); the Correlates of War and Gleditsch \
///      and Ward number IDN so"
/// );
/// assert!(iso3("Côte d'Ivoire").unwrap_err().ends_with("; its code is CIV"));
/// ```
///
/// # Errors
/// If it is no code: what was found and expected, and the code wanted where it is known.
pub fn iso3(cell: &str) -> Result<String, String> {
    let cell = cell.trim();
    let letters = cell.len() == 3 && cell.bytes().all(|b| b.is_ascii_alphabetic());
    let upper = cell.to_ascii_uppercase();
    let other = OTHERS.iter().find(|(code, _)| *code == upper).map(|(_, iso)| *iso);
    if letters && (upper == cell || other.is_some() || regions::region(&upper).is_some()) {
        return Ok(other.map_or(upper, str::to_string));
    }
    let found = format!("found state {}, expected {EXPECTED}", quoted(cell));
    Err(match hint(cell) {
        Some(hint) => format!("{found}; {hint}"),
        None => found,
    })
}

/// The code wanted in place of a number or a name.
fn hint(cell: &str) -> Option<String> {
    word(cell)?;
    if let Ok(Some(number)) = whole(cell) {
        return Some(match (by_number(CORRELATES_OF_WAR, number), by_number(GLEDITSCH_WARD, number)) {
            (Some(war), None) if [255, 345, 946, 947, 955].contains(&number) => {
                format!("the Correlates of War number {war} so")
            }
            (Some(war), None) => format!("the Correlates of War and Gleditsch and Ward number {war} so"),
            (Some(war), Some(ward)) => {
                format!("the Correlates of War number {war} so, Gleditsch and Ward {ward}")
            }
            (None, Some(ward)) => format!("Gleditsch and Ward number {ward} so"),
            (None, None) => "a number means another state in every list".into(),
        });
    }
    by_name(cell).map(|code| format!("its code is {code}"))
}

/// The code of a number in a list.
fn by_number(list: &'static str, number: i64) -> Option<&'static str> {
    list.split_whitespace().find_map(|entry| {
        let (digits, code) = entry.split_at(entry.len() - 3);
        (digits.parse() == Ok(number)).then_some(code)
    })
}

/// The code of a name.
fn by_name(name: &str) -> Option<&'static str> {
    let plain = plain(name);
    let entry = NAMES.split("; ").map(str::trim).find(|entry| entry.get(4..) == Some(&plain))?;
    Some(&entry[..3])
}

/// A name in small letters without accents, marks and what stands in brackets.
fn plain(name: &str) -> String {
    let name = name.split('(').next().unwrap_or_default().replace('&', " and ");
    let ascii = deunicode(&name).to_lowercase();
    let words = ascii.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| if word == "saint" { "st" } else { word }).collect::<Vec<_>>().join(" ")
}

/// The id of a region of this name: the name where it may be one, else its letters without accents, with dashes. None where
/// nothing of it is left.
///
/// ```
/// use suasion::evidence::panel::region_id;
/// assert_eq!(region_id("East Asia & Pacific").as_deref(), Some("east-asia-and-pacific"));
/// assert_eq!(region_id("southern_cone").as_deref(), Some("southern_cone"));
/// assert_eq!(region_id("?!"), None);
/// ```
pub fn region_id(name: &str) -> Option<String> {
    let name = name.trim();
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(allowed) {
        return Some(name.into());
    }
    let ascii = deunicode(&name.replace('&', " and ")).to_lowercase();
    let words: Vec<&str> =
        ascii.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| words.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_and_number_leads_to_a_listed_state() {
        let codes = NAMES.split("; ").map(|entry| &entry.trim()[..3]);
        let numbers = CORRELATES_OF_WAR.split_whitespace().chain(GLEDITSCH_WARD.split_whitespace());
        for code in codes.chain(numbers.map(|entry| &entry[entry.len() - 3..])) {
            assert!(regions::region(code).is_some(), "{code}");
        }
        for name in NAMES.split("; ") {
            assert_eq!(plain(&name.trim()[4..]), name.trim()[4..], "{name}");
        }
        // Every state of the regions that is one has a name, but for the smallest and for territories.
        let unnamed: Vec<&str> = regions::REGIONS
            .iter()
            .flat_map(|(_, _, codes)| codes.split(' '))
            .filter(|code| !NAMES.contains(&format!("{code} ")))
            .collect();
        assert_eq!(unnamed, ["VAT", "ABW", "CUW", "SXM"]);
    }

    #[test]
    fn codes_are_read_where_they_mean_one_state() {
        for (cell, code) in [("XKX", "XKX"), ("idn", "IDN"), (" ROM ", "ROU"), ("ksv", "XKX"), ("ZZZ", "ZZZ")]
        {
            assert_eq!(iso3(cell).as_deref(), Ok(code));
        }
        for (cell, hinted) in [
            ("Korea, Rep.", "its code is KOR"),
            ("Saint Lucia", "its code is LCA"),
            ("Türkiye", "its code is TUR"),
            ("Micronesia, Fed. Sts.", "its code is FSM"),
            ("255.0", "the Correlates of War number DEU so"),
            ("260", "Gleditsch and Ward number DEU so"),
            ("970", "the Correlates of War number NRU so, Gleditsch and Ward KIR"),
            ("999", "a number means another state in every list"),
        ] {
            assert!(iso3(cell).unwrap_err().ends_with(&format!("; {hinted}")), "{cell}: {:?}", iso3(cell));
        }
        for cell in ["", "ID", "zzz", "Atlantis", "1D3", "NA"] {
            assert!(iso3(cell).unwrap_err().ends_with(EXPECTED), "{cell}");
        }
    }

    #[test]
    fn names_of_regions_become_ids() {
        for (name, id) in [
            ("Amérique latine et Caraïbes", "amerique-latine-et-caraibes"),
            ("asia", "asia"),
            ("Europe/Central Asia", "europe-central-asia"),
            ("Çà", "ca"),
        ] {
            assert_eq!(region_id(name).as_deref(), Some(id));
        }
    }
}
