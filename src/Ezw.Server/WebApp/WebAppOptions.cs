namespace Ezw.WebApp;

/// <summary>Settings of the web app. Section "Ezw:WebApp".</summary>
public sealed class WebAppOptions
{
    public const string Section = "Ezw:WebApp";

    /// <summary>The published app: the folder that holds index.html. Empty: "web" beside the server.</summary>
    public string Folder { get; set; } = "";
}
