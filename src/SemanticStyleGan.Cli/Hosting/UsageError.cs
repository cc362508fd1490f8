using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace SemanticStyleGan.Cli.Hosting;

/// <summary>Says in one line what is wrong with a command line, and where the help is.</summary>
internal static partial class UsageError
{
    /// <summary>The line, or null if the command line can be run.</summary>
    internal static string? Describe(ParseResult parsed)
    {
        // Help and version run whatever else is on the line.
        if (parsed.Action is { ClearsParseErrors: true }) return null;
        string? problem = UnknownOption(parsed) ?? (parsed.Errors.Count > 0 ? Plain(parsed.Errors[0].Message) : null);
        return problem is null ? null : $"{problem} See '{Path(parsed.CommandResult)} --help'.";
    }

    // What was mistyped says more than what is therefore missing; a positional argument would swallow an unknown option.
    private static string? UnknownOption(ParseResult parsed)
    {
        IEnumerable<string> taken = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value);
        string? unknown = parsed.UnmatchedTokens.Concat(taken).FirstOrDefault(v => v.Length > 1 && v.StartsWith('-'))
            ?? (parsed.UnmatchedTokens is [string first, ..] ? first : null);
        if (unknown is null) return null;
        bool option = unknown.StartsWith('-');
        IEnumerable<string> known = option
            ? parsed.CommandResult.Command.Options.Select(o => o.Name)
            : parsed.CommandResult.Command.Subcommands.Select(c => c.Name);
        string? near = known.Where(k => Distance(k, unknown) <= 2).MinBy(k => Distance(k, unknown));
        string kind = option ? "option" : known.Any() ? "command" : "argument";
        return $"unknown {kind} '{unknown}'{(near is null ? "" : $", did you mean '{near}'?")}{(near is null ? "." : "")}";
    }

    private static string Plain(string message)
    {
        if (RequiredCommand().IsMatch(message)) return "a command is missing.";
        message = ExpectedType().Replace(message, m => m.Groups[1].Value switch
        {
            "Int32" or "Int64" => "a whole number",
            "Double" or "Single" => "a number",
            "Boolean" => "true or false",
            string other => $"a {other}",
        });
        return char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.') + ".";
    }

    private static string Path(SymbolResult result) =>
        result.Parent is CommandResult parent ? $"{Path(parent)} {((CommandResult)result).Command.Name}" : "semantic-stylegan";

    // Edits (insert, delete, replace) between two short words.
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }

    [GeneratedRegex("expected type '(?:System\\.)?(?:Nullable`1\\[System\\.)?(\\w+)\\]?'")]
    private static partial Regex ExpectedType();

    [GeneratedRegex("^Required command was not provided")]
    private static partial Regex RequiredCommand();
}
