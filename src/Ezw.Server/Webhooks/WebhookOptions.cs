using System.Globalization;
using Microsoft.Extensions.Options;

namespace Ezw.Webhooks;

/// <summary>How webhooks are delivered. Section "Ezw:Webhooks".</summary>
public sealed class WebhookOptions
{
    public const string Section = "Ezw:Webhooks";

    /// <summary>
    /// Seconds before each attempt: one number an attempt, give or take a fifth. The first is made at once and its number is 0. The default
    /// is the example of Standard Webhooks: ten attempts in three days.
    /// </summary>
    public string Schedule { get; set; } = "0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400";

    /// <summary>Seconds that one attempt may take in all, headers and body: 1 to 15.</summary>
    public int TimeoutSeconds { get; set; } = 15;

    /// <summary>Requests under way at once, to one webhook: 1 to 64.</summary>
    public int AtOncePerWebhook { get; set; } = 16;

    /// <summary>To all webhooks of an organization, on one node.</summary>
    public int AtOncePerOrganization { get; set; } = 64;

    /// <summary>To all webhooks, on one node.</summary>
    public int AtOncePerNode { get; set; } = 512;

    /// <summary>Seconds that a target is left alone at least when it says that it is overloaded: 429, 502, 504, or no answer in time.</summary>
    public int OverloadSeconds { get; set; } = 60;

    /// <summary>After so many failures in a row the breaker opens: the target is tried with one delivery at a time, now and then.</summary>
    public int BreakerFailures { get; set; } = 10;

    /// <summary>How long the breaker is open at first; it doubles up to twenty times that.</summary>
    public int BreakerSeconds { get; set; } = 30;

    /// <summary>Days that deliveries and their attempts are kept once they are accepted or given up.</summary>
    public int RetentionDays { get; set; } = 7;

    internal TimeSpan[] Delays() =>
    [
        .. Schedule.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(seconds => TimeSpan.FromSeconds(double.Parse(seconds, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture))),
    ];
}

internal sealed class WebhookOptionsCheck : IValidateOptions<WebhookOptions>
{
    private const int MaxAttempts = 50;
    private static readonly TimeSpan MaxDelay = TimeSpan.FromDays(7);

    public ValidateOptionsResult Validate(string? name, WebhookOptions options)
    {
        var errors = Errors(options).ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Errors(WebhookOptions options)
    {
        const string section = WebhookOptions.Section;
        if (!IsSchedule(options))
            yield return
                $"{section}:Schedule must be 1 to {MaxAttempts} numbers of seconds with commas between, the first 0, none above a week.";
        (string Name, int Value, int Least, int Most)[] numbers =
        [
            (nameof(options.TimeoutSeconds), options.TimeoutSeconds, 1, 15),
            (nameof(options.AtOncePerWebhook), options.AtOncePerWebhook, 1, 64),
            (nameof(options.AtOncePerOrganization), options.AtOncePerOrganization, 1, 4096),
            (nameof(options.AtOncePerNode), options.AtOncePerNode, 1, 16_384),
            (nameof(options.OverloadSeconds), options.OverloadSeconds, 0, 3600),
            (nameof(options.BreakerFailures), options.BreakerFailures, 1, 10_000),
            (nameof(options.BreakerSeconds), options.BreakerSeconds, 1, 3600),
            (nameof(options.RetentionDays), options.RetentionDays, 1, 365),
        ];
        foreach (var (member, value, least, most) in numbers.Where(number => number.Value < number.Least || number.Value > number.Most))
            yield return $"{section}:{member} must be a number from {least} to {most}, and is {value}.";
    }

    private static bool IsSchedule(WebhookOptions options)
    {
        try
        {
            return options.Delays() is { Length: > 0 and <= MaxAttempts } delays && delays[0] == TimeSpan.Zero
                && Array.TrueForAll(delays, delay => delay <= MaxDelay);
        }
        catch (Exception malformed) when (malformed is FormatException or OverflowException)
        {
            return false;
        }
    }
}
