using MudBlazor;

namespace Ezw.Web.Shell;

/// <summary>The same colours as css/app.css, for what MudBlazor draws.</summary>
internal static class Look
{
    private static readonly string[] Fonts = ["system-ui", "-apple-system", "Segoe UI", "Noto Sans Hebrew", "Roboto", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#0b7a5b", Secondary = "#3556c9", Background = "#f5f6f4", Surface = "#ffffff", TextPrimary = "#17211d",
            TextSecondary = "#53605a", ActionDefault = "#53605a", Divider = "#e2e6e2", LinesDefault = "#e2e6e2", LinesInputs = "#8a968f",
            Error = "#b3261e", Warning = "#8a5a00", Success = "#0b7a5b", Info = "#3556c9",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#3fcf9f", PrimaryContrastText = "#06281d", Secondary = "#9db2ff", Background = "#0f1513", Surface = "#18201d",
            TextPrimary = "#e9efec", TextSecondary = "#a3b0aa", ActionDefault = "#a3b0aa", Divider = "#2a3530", LinesDefault = "#2a3530",
            LinesInputs = "#6c7a73", Error = "#ff8a80", Warning = "#f2b94b", Success = "#3fcf9f", Info = "#9db2ff",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Fonts, FontSize = "0.9375rem" },
            Button = new ButtonTypography { FontFamily = Fonts, TextTransform = "none", FontWeight = "600" },
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "10px" },
    };
}
