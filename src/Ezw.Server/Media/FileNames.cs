namespace Ezw.Media;

internal static class FileNames;
