namespace Ezw.Providers.Simulator.Cast;

/// <summary>Closed set of what a person of the demo does next.</summary>
internal abstract record Cue
{
    private Cue() { }

    public sealed record Says(string Words) : Cue;

    /// <param name="Picture">Chooses one of the drawn pictures.</param>
    public sealed record Shows(int Picture, string Caption) : Cue;

    public sealed record Speaks(TimeSpan For) : Cue;

    public sealed record IsAt(double Latitude, double Longitude, string Name, string Address) : Cue;

    /// <summary>Answers what the line wrote with an emoji.</summary>
    public sealed record Reacts(string Emoji) : Cue;

    /// <summary>Changes the last thing that the person said.</summary>
    public sealed record Corrects(string Words) : Cue;
}
