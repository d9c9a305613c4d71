using System.Collections.Frozen;
using Ezw.Foundation.Events;

namespace Ezw.Live;

/// <summary>What one person may learn of: everything for managers, else what happens on the lines that they may see.</summary>
/// <param name="Lines">Empty for managers, who need no permission.</param>
internal sealed record Sight(Guid UserId, bool Manages, FrozenSet<Guid> Lines)
{
    public bool Includes(LoggedEvent logged) => Includes(Audiences.Of(logged), logged.LineId, Audiences.Concerned(logged));

    public bool Includes(Audience audience, Guid? lineId, Guid? concerned) => Manages || audience switch
    {
        Audience.Members => true,
        Audience.Viewers => lineId is { } line && Lines.Contains(line),
        _ => concerned == UserId,
    };

    /// <summary>Whether something on the line that is in no log, such as presence, is theirs to know.</summary>
    public bool Includes(Guid lineId) => Manages || Lines.Contains(lineId);
}
