using System.Collections.Frozen;
using Ezw.Foundation.Events;
using Ezw.Lines;

namespace Ezw.Live;

/// <summary>Who may learn that an event happened.</summary>
internal enum Audience
{
    /// <summary>Owners and admins, and the person whose own permission changed.</summary>
    Managers,

    /// <summary>Who may see the event's line.</summary>
    Viewers,

    Members,
}

/// <summary>Sorts events by kind. A kind without a line that is not known to be harmless is for managers only.</summary>
internal static class Audiences
{
    private const string Team = "member.";

    // How a line is set up: codes to scan, secrets, other people's rights.
    private static readonly FrozenSet<string> SettingUp =
        FrozenSet.ToFrozenSet([LineEvents.PermissionsChanged, LineEvents.PairingChanged, LineEvents.TokenRotated]);

    private static readonly string[] SettingUpPrefixes = ["webhook.", "delivery.", "token.", "audit."];

    // What every member can read anyway: the team, and how the organization sorts its work.
    private static readonly string[] Harmless = ["organization.", Team, "stage.", "label."];

    public static Audience Of(LoggedEvent logged)
    {
        if (SettingUp.Contains(logged.Kind) || StartsWithAny(logged.Kind, SettingUpPrefixes))
            return Audience.Managers;
        if (logged.LineId is not null)
            return Audience.Viewers;
        return StartsWithAny(logged.Kind, Harmless) ? Audience.Members : Audience.Managers;
    }

    /// <summary>The one person besides the managers who learns it: whose permission it was.</summary>
    public static Guid? Concerned(LoggedEvent logged) => logged.Kind == LineEvents.PermissionsChanged ? logged.SubjectId : null;

    /// <summary>After it, somebody may see more or less than before.</summary>
    public static bool ChangesAccess(LoggedEvent logged) =>
        logged.Kind == LineEvents.PermissionsChanged || logged.Kind.StartsWith(Team, StringComparison.Ordinal);

    private static bool StartsWithAny(string kind, string[] prefixes) =>
        Array.Exists(prefixes, prefix => kind.StartsWith(prefix, StringComparison.Ordinal));
}
