namespace Ezw.ChatExports.Headers;

/// <summary>Which of day and month comes first in the dates of a file. The year is told by its length.</summary>
public enum DateOrder { DayFirst, MonthFirst }
