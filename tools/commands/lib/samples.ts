/** A board's worth of goals, for the demo, the benchmarks and the tests. */
export const sampleGoals = [
  "Run a marathon in under four hours",
  "Learn Spanish to B2",
  "Travel to Japan in spring",
  "Save 10 000 € for a house",
  "Read 24 books this year",
  "Grow a balcony garden",
  "Play guitar on stage",
  "Spend every Sunday with family",
];
