namespace Ezw.Providers.Simulator.Cast;

/// <param name="Opening">What the person does unasked.</param>
/// <param name="Answers">What the person does after each message of the line; after the last one the person stays silent.</param>
internal sealed record Role(string PhoneNumber, string Name, Cue[] Opening, Cue[][] Answers)
{
    public static readonly Role[] All =
    [
        new("+34600111222", "Ana",
            [new Cue.Says("Hi! Do you deliver to Valencia?")],
            [
                [new Cue.Reacts("👍"), new Cue.Says("Great, how long does it take?")],
                [new Cue.Says("Perfect, I will take two."), new Cue.Corrects("Perfect, I will take three.")],
                [new Cue.Reacts("❤️"), new Cue.Says("Thank you so much!")],
            ]),
        new("+972501112233", "Noa Levi",
            [
                new Cue.Says("Hello, my order arrived but one item is missing"),
                new Cue.Shows(1, "This is all that was in the box"),
            ],
            [
                [new Cue.Says("It is order 4471, the blue mug.")],
                [new Cue.Speaks(TimeSpan.FromSeconds(7)), new Cue.Says("Tomorrow works for me.")],
                [new Cue.Reacts("🙏"), new Cue.Says("Thanks for sorting it out 🙏")],
            ]),
        new("+972523334455", "דנה כהן",
            [new Cue.Says("היי, אתם פתוחים ביום ישי?"), new Cue.Corrects("היי, אתם פתוחים ביום שישי?")],
            [
                [new Cue.Says("מעולה, עד איזו שעה?")],
                [new Cue.IsAt(32.0779, 34.7740, "כיכר דיזנגוף", "דיזנגוף, תל אביב"), new Cue.Says("אנחנו באים מכאן, כמה זמן זה?")],
                [new Cue.Reacts("❤️"), new Cue.Says("תודה רבה, להתראות!")],
            ]),
        new("+972545556677", "יוסי מזרחי",
            [new Cue.Shows(2, "קיבלתי את החשבונית הזאת ולא ברור לי הסכום")],
            [
                [new Cue.Speaks(TimeSpan.FromSeconds(12))],
                [new Cue.Reacts("👍"), new Cue.Says("הבנתי, תודה. אפשר לשלם בשני תשלומים?")],
            ]),
        new("+447700900123", "Oliver",
            [new Cue.Says("Could you send me the price list please?")],
            [
                [new Cue.Reacts("👍"), new Cue.Says("Brilliant, cheers.")],
                [new Cue.Says("Do you give a discount above 50 pieces?")],
                [new Cue.Says("I'll talk to my boss and come back to you.")],
            ]),
    ];
}
