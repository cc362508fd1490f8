using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace SemanticStyleGan;

/// <summary>The JSON settings of every file of the project: camelCase, enums by name, unknown and missing members refused.</summary>
public static class StrictJson
{
    /// <summary>Settings for reading and for writing indented.</summary>
    public static JsonSerializerOptions Options { get; } = Create(indented: true);

    /// <summary>The same on one line, for logs and headers.</summary>
    public static JsonSerializerOptions Compact { get; } = Create(indented: false);

    /// <summary>Reads a file that holds one value.</summary>
    /// <exception cref="InputException">There is no such file, or it holds another thing; file and member are named.</exception>
    public static T Read<T>(string file) where T : notnull
    {
        if (!File.Exists(file)) throw new InputException($"{file}: no such file.");
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(file), Options) ?? throw new InputException($"{file}: is empty.");
        }
        catch (JsonException e)
        {
            throw new InputException($"{file}: {e.Message}", e);
        }
    }

    /// <summary>Gives these settings to web defaults (<see cref="JsonSerializerDefaults.Web"/>) that something else has made.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower));
    }

    private static JsonSerializerOptions Create(bool indented)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            WriteIndented = indented,
            // Named, because single-file programs (dotnet run app.cs) switch the default one off.
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        };
        Configure(options);
        options.MakeReadOnly();
        return options;
    }
}
