//! The region of each state where the folder has no `regions.csv`: nine regions by geography and common history, after
//! the geographic regions of the United Nations (M49). Codes are ISO 3166-1.

/// Region, name, codes of its states.
pub(super) const REGIONS: [(&str, &str, &str); 9] = [
    (
        "western",
        "Western Europe, North America, Australasia",
        "AND AUS AUT BEL CAN CHE CYP DEU DNK ESP FIN FRA GBR GRC IRL ISL ISR ITA LIE LUX MCO MLT NLD NOR NZL PRT SMR SWE USA VAT",
    ),
    (
        "central-eastern-europe",
        "Central and Eastern Europe",
        "ALB BGR BIH CZE EST HRV HUN LTU LVA MKD MNE POL ROU SRB SVK SVN XKX",
    ),
    ("former-soviet", "Former Soviet Union", "ARM AZE BLR GEO KAZ KGZ MDA RUS TJK TKM UKR UZB"),
    (
        "middle-east-north-africa",
        "Middle East and North Africa",
        "ARE BHR DZA EGY IRN IRQ JOR KWT LBN LBY MAR OMN PSE QAT SAU SYR TUN TUR YEM",
    ),
    (
        "west-central-africa",
        "West and Central Africa",
        "BEN BFA CAF CIV CMR COD COG CPV GAB GHA GIN GMB GNB GNQ LBR MLI MRT NER NGA SEN SLE STP TCD TGO",
    ),
    (
        "east-southern-africa",
        "East and Southern Africa",
        "AGO BDI BWA COM DJI ERI ETH KEN LSO MDG MOZ MUS MWI NAM RWA SDN SOM SSD SWZ SYC TZA UGA ZAF ZMB ZWE",
    ),
    (
        "latin-america",
        "Latin America",
        "ARG BLZ BOL BRA CHL COL CRI CUB DOM ECU GTM GUY HND HTI MEX NIC PAN PER PRY SLV SUR URY VEN",
    ),
    (
        "caribbean-pacific",
        "Caribbean and Pacific islands",
        "ABW ATG BHS BRB CUW DMA FJI FSM GRD JAM KIR KNA LCA MHL NRU PLW PNG SLB SXM TON TTO TUV VCT VUT WSM",
    ),
    (
        "asia",
        "South, Southeast and East Asia",
        "AFG BGD BRN BTN CHN HKG IDN IND JPN KHM KOR LAO LKA MAC MDV MMR MNG MYS NPL PAK PHL PRK SGP THA TLS TWN VNM",
    ),
];

/// The region of a code, if it is listed.
pub(super) fn region(code: &str) -> Option<&'static str> {
    REGIONS.iter().find(|(_, _, codes)| codes.split(' ').any(|c| c == code)).map(|(region, _, _)| *region)
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_state_is_in_two_regions() {
        let mut all: Vec<&str> = super::REGIONS.iter().flat_map(|(_, _, codes)| codes.split(' ')).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert_eq!(super::region("IDN"), Some("asia"));
    }
}
