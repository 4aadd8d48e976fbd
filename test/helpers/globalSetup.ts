/** Runs once before the suite. */
export default function globalSetup(): void {}
