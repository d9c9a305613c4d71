using Ezw.Messaging.Sending;
using Ezw.Providers;

namespace Ezw.Tests.Messaging;

/// <summary>The next step after an attempt, for every class of error.</summary>
public sealed class RetryPolicyTests
{
    private static readonly ErrorClass[] OfTheLine =
        [ErrorClass.NotConnected, ErrorClass.SessionLost, ErrorClass.AuthLost, ErrorClass.AccountRestricted, ErrorClass.EngineOutdated];

    private static readonly ErrorClass[] OfTheMoment = [ErrorClass.Transient, ErrorClass.RateLimited, ErrorClass.EngineFault];

    private static readonly ErrorClass[] OfTheMessage =
    [
        ErrorClass.RecipientInvalid, ErrorClass.WindowClosed, ErrorClass.PolicyBlocked, ErrorClass.InvalidRequest, ErrorClass.MediaInvalid,
        ErrorClass.Unsupported,
    ];

    [Fact]
    public void Every_class_is_decided() =>
        Assert.Equal(Enum.GetValues<ErrorClass>().Order(), OfTheLine.Concat(OfTheMoment).Concat(OfTheMessage).Order());

    [Fact]
    public void What_is_accepted_is_sent() =>
        Assert.Equal(new NextStep.Done("sent", null), RetryPolicy.Decide(new SendResult.Accepted(DateTimeOffset.UnixEpoch), 1));

    [Theory]
    [InlineData(1)]
    [InlineData(10_000)]
    public void A_message_waits_for_its_line_however_long_that_takes(int attempt)
    {
        foreach (var error in OfTheLine.Select(Error))
            Assert.Equal(new NextStep.Again(TimeSpan.FromSeconds(5), error), RetryPolicy.Decide(new SendResult.Rejected(error), attempt));
    }

    [Fact]
    public void What_passes_by_itself_is_tried_ten_times_and_then_failed()
    {
        foreach (var error in OfTheMoment.Select(Error))
        {
            for (var attempt = 1; attempt < RetryPolicy.MaxAttempts; attempt++)
                Assert.Equal(new NextStep.Again(RetryPolicy.Delay(attempt), error), RetryPolicy.Decide(new SendResult.Rejected(error),
                    attempt));
            Assert.Equal(new NextStep.Done("failed", error), RetryPolicy.Decide(new SendResult.Rejected(error), RetryPolicy.MaxAttempts));
        }
    }

    [Fact]
    public void What_no_repetition_can_mend_fails_at_once()
    {
        foreach (var error in OfTheMessage.Select(Error))
            Assert.Equal(new NextStep.Done("failed", error), RetryPolicy.Decide(new SendResult.Rejected(error), 1));
    }

    [Fact]
    public void A_provider_s_own_wish_to_wait_is_honoured()
    {
        var wait = TimeSpan.FromMinutes(7);
        foreach (var error in OfTheLine.Concat(OfTheMoment).Select(Error))
        {
            var again = Assert.IsType<NextStep.Again>(RetryPolicy.Decide(new SendResult.Rejected(error with { RetryAfter = wait }), 1));
            Assert.Equal(wait, again.Delay);
        }
    }

    [Fact]
    public void What_nobody_knows_is_repeated_under_the_same_id_if_that_is_safe_and_else_in_doubt()
    {
        var why = Error(ErrorClass.Transient);

        Assert.IsType<NextStep.Again>(RetryPolicy.Decide(new SendResult.Ambiguous(why, SafeToRetrySameId: true), 1));
        Assert.Equal(new NextStep.Done("in_doubt", why), RetryPolicy.Decide(new SendResult.Ambiguous(why, SafeToRetrySameId: true), 10));
        Assert.Equal(new NextStep.Done("in_doubt", why), RetryPolicy.Decide(new SendResult.Ambiguous(why, SafeToRetrySameId: false), 1));
    }

    [Fact]
    public void Waits_double_up_to_five_minutes()
    {
        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 300], Enumerable.Range(1,
            10).Select(attempt => (int)RetryPolicy.Delay(attempt).TotalSeconds));
        Assert.Equal(TimeSpan.FromMinutes(5), RetryPolicy.Delay(int.MaxValue));
    }

    private static ProviderError Error(ErrorClass kind) => new(kind, "code", "A sentence.");
}
