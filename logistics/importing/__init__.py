"""Files that a KPU liaison exports by hand: stock received, results of sorting, stages of TPS (`districts.importing`)."""
