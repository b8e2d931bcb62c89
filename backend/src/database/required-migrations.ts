/**
 * The migrations of phase `expand` that this code relies on, in order. Those of phase `contract` are not among them: they
 * only remove what no code uses, so an API may run before as well as after one.
 */
export const requiredMigrations: readonly string[] = [
  "20261123T190000Z-create-users-and-feed",
  "20261123T190100Z-add-post-owner",
  "20261123T200000Z-create-uploads",
  "20261123T200100Z-create-limits",
  "20261123T200200Z-index-feed",
  "20261130T214000Z-index-users-by-spelling",
  "20261130T230000Z-add-names",
  "20261130T230050Z-add-previews",
  "20261130T230100Z-index-previews",
];
