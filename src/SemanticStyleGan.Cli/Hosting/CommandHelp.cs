using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace SemanticStyleGan.Cli.Hosting;

/// <summary>Examples and notes that a command's <c>--help</c> ends with.</summary>
internal static class CommandHelp
{
    private static readonly ConditionalWeakTable<Command, string[]> Examples = [];
    private static readonly ConditionalWeakTable<Command, string> Notes = [];

    /// <summary>Adds complete command lines that work as they are.</summary>
    internal static TCommand WithExamples<TCommand>(this TCommand command, params string[] lines) where TCommand : Command
    {
        Examples.AddOrUpdate(command, lines);
        return command;
    }

    /// <summary>Adds text that is printed as it is, for example what a file looks like.</summary>
    internal static TCommand WithNotes<TCommand>(this TCommand command, string text) where TCommand : Command
    {
        Notes.AddOrUpdate(command, text);
        return command;
    }

    /// <summary>Makes the help of every command below <paramref name="root"/> end with its notes and examples.</summary>
    internal static void ShowExamplesInHelp(this RootCommand root)
    {
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new Action((HelpAction)help.Action!);
    }

    private sealed class Action(HelpAction standard) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int code = standard.Invoke(parseResult);
            TextWriter output = parseResult.InvocationConfiguration.Output;
            Command command = parseResult.CommandResult.Command;
            if (Notes.TryGetValue(command, out string? notes)) output.WriteLine(notes.TrimEnd() + Environment.NewLine);
            if (Examples.TryGetValue(command, out string[]? lines))
            {
                output.WriteLine("Examples:");
                foreach (string line in lines) output.WriteLine($"  {line}");
                output.WriteLine();
            }
            return code;
        }
    }
}
