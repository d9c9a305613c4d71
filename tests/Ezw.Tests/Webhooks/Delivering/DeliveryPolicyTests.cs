using Ezw.Foundation.Security.Outbound;
using Ezw.Webhooks;
using Ezw.Webhooks.Delivering;
using Microsoft.Extensions.Options;

namespace Ezw.Tests.Webhooks.Delivering;

/// <summary>What follows an attempt: WH-04 and WH-09.</summary>
public sealed class DeliveryPolicyTests
{
    private static readonly DeliveryPolicy Policy = new(Options.Create(new WebhookOptions()));

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(204)]
    [InlineData(299)]
    public void Any_2xx_accepts(int status) => Assert.IsType<DeliveryStep.Accepted>(Policy.Decide(Answer(status), 1, false, 0.5));

    [Theory]
    [InlineData(199)]
    [InlineData(300)]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(408)]
    [InlineData(409)]
    [InlineData(413)]
    [InlineData(500)]
    [InlineData(503)]
    public void Everything_else_is_tried_again_after_five_seconds_give_or_take_a_fifth(int status)
    {
        Assert.Equal(TimeSpan.FromSeconds(4), Wait(Answer(status), 1, 0));
        Assert.Equal(TimeSpan.FromSeconds(5), Wait(Answer(status), 1, 0.5));
        Assert.Equal(TimeSpan.FromSeconds(6), Wait(Answer(status), 1, 1));
    }

    [Fact]
    public void Who_is_gone_is_not_asked_again() =>
        Assert.Equal(new DeliveryStep.GivenUp(TargetIsGone: true), Policy.Decide(Answer(410), 1, false, 0.5));

    [Fact]
    public void The_schedule_is_ten_attempts_in_three_days()
    {
        var waits = Enumerable.Range(1, 9).Select(tries => Wait(Answer(500), tries, 0.5)).ToList();

        Assert.Equal([5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400], waits.Select(wait => (int)wait.TotalSeconds));
        Assert.Equal(new TimeSpan(75, 35, 5), waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait));
        Assert.Equal(new DeliveryStep.GivenUp(TargetIsGone: false), Policy.Decide(Answer(500), 10, false, 0.5));
    }

    [Fact]
    public void A_webhook_that_wants_one_attempt_gets_one() =>
        Assert.Equal(new DeliveryStep.GivenUp(TargetIsGone: false), Policy.Decide(Answer(500), 1, true, 0.5));

    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(504)]
    public void Who_is_overloaded_is_left_alone_for_a_minute(int status)
    {
        Assert.Equal(TimeSpan.FromSeconds(60), Wait(Answer(status), 1, 0));
        Assert.Equal(TimeSpan.FromSeconds(72), Wait(Answer(status), 1, 1));
        Assert.Equal(TimeSpan.FromSeconds(300), Wait(Answer(status), 2, 0.5));
    }

    [Fact]
    public void A_silent_target_is_overloaded_and_a_closed_one_is_not()
    {
        Assert.Equal(TimeSpan.FromSeconds(60), Wait(Failure(OutboundFailure.TimedOut), 1, 0));
        Assert.Equal(TimeSpan.FromSeconds(4), Wait(Failure(OutboundFailure.ConnectionFailed), 1, 0));
    }

    [Theory]
    [InlineData(0, 300)]
    [InlineData(299, 300)]
    [InlineData(450, 450)]
    [InlineData(601, 600)]
    [InlineData(100_000_000_000, 600)]
    public void A_wish_to_wait_is_granted_between_the_wait_and_twice_the_wait(long seconds, int granted) =>
        Assert.Equal(TimeSpan.FromSeconds(granted), Wait(Answer(503, TimeSpan.FromSeconds(seconds)), 2, 0.5));

    [Fact]
    public void Every_failure_has_a_code_and_a_sentence()
    {
        PostOutcome[] failures =
            [.. Enum.GetValues<OutboundFailure>().Select(Failure), new PostOutcome.Refused("url_port_refused", "The URL names a port.")];

        Assert.All(failures, failure => Assert.NotEmpty(DeliveryPolicy.Explain(failure)!));
        Assert.Equal(failures.Length, failures.Select(DeliveryPolicy.ErrorCode).Distinct().Count());
        Assert.Null(DeliveryPolicy.Explain(Answer(204)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0, soon")]
    [InlineData("0, -5")]
    [InlineData("0, 604801")]
    public void A_schedule_that_cannot_be_read_is_told_at_start(string schedule) =>
        Assert.True(new WebhookOptionsCheck().Validate(null, new WebhookOptions { Schedule = schedule }).Failed);

    private static TimeSpan Wait(PostOutcome outcome, long tries, double random) =>
        Assert.IsType<DeliveryStep.Again>(Policy.Decide(outcome, tries, false, random)).Wait;

    private static PostOutcome.Answered Answer(int status, TimeSpan? retryAfter = null) =>
        new(status, retryAfter, [], TimeSpan.Zero, ExchangeTimes.None);

    private static PostOutcome Failure(OutboundFailure why) => new PostOutcome.Failed(why, TimeSpan.Zero, ExchangeTimes.None);
}
