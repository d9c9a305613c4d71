using Ezw.Webhooks.Delivering;

namespace Ezw.Tests.Webhooks.Delivering;

public sealed class BreakerTests
{
    private const long Second = 1_000;

    private readonly Breaker breaker = new(3, TimeSpan.FromSeconds(30), 0, 0, null);

    [Fact]
    public void It_opens_after_so_many_failures_in_a_row()
    {
        breaker.Failed(0);
        breaker.Failed(0);
        breaker.Accepted();
        breaker.Failed(0);
        breaker.Failed(0);
        Assert.Null(breaker.ClosedOff(0));

        breaker.Failed(0);

        Assert.Equal(30 * Second, breaker.ClosedOff(0));
        Assert.Null(breaker.ClosedOff(30 * Second));
    }

    [Fact]
    public void What_was_under_way_when_it_opened_does_not_open_it_further()
    {
        Fail(3, 0);

        Fail(16, 1 * Second);

        Assert.Equal(30 * Second, breaker.ClosedOff(1 * Second));
    }

    [Fact]
    public void Each_failed_probe_doubles_its_patience_up_to_ten_minutes()
    {
        Fail(3, 0);
        var (now, waits) = (0L, new List<long>());
        for (var i = 0; i < 7; i++)
        {
            waits.Add(breaker.ClosedOff(now)!.Value - now);
            now = breaker.ClosedOff(now)!.Value;
            Assert.True(breaker.IsProbing);
            breaker.Failed(now);
        }

        Assert.Equal([30, 60, 120, 240, 480, 600, 600], waits.Select(wait => wait / Second));
    }

    [Fact]
    public void One_accepted_probe_closes_it()
    {
        Fail(3, 0);

        var state = breaker.Accepted();

        Assert.Equal(new BreakerState(0, 0, null), state);
        Assert.False(breaker.IsProbing);
    }

    [Fact]
    public void It_goes_on_where_it_was_stored()
    {
        Fail(3, 0);
        var (failures, openings, until) = breaker.State;

        var later = new Breaker(3, TimeSpan.FromSeconds(30), failures, openings, until);

        Assert.Equal(30 * Second, later.ClosedOff(0));
        later.Failed(30 * Second);
        Assert.Equal(90 * Second, later.ClosedOff(30 * Second));
    }

    private void Fail(int times, long now)
    {
        for (var i = 0; i < times; i++)
            breaker.Failed(now);
    }
}
