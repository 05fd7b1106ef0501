internal import Glibc

/// A shell that has completions, and the script that gives them to it.
///
/// The scripts know nothing of commands and options: each asks the program what the word at the
/// cursor can be.
enum Shell: String, CaseIterable {
    case bash, zsh, fish

    /// The option that prints a script.
    static let option = "--generate-completion-script"

    /// The shell that a command line asks a script for; nil where it asks for none.
    ///
    /// - Throws: A usage error for a shell that has no completions.
    static func asked(in arguments: [String]) throws(CommandFailure) -> Shell? {
        guard let place = arguments.firstIndex(where: { $0 == "--" || $0.hasPrefix(option) }),
            arguments[place] != "--"
        else { return nil }
        let parts = arguments[place].split(
            separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts[0] == option else { return nil }
        let next = place + 1 < arguments.count ? arguments[place + 1] : nil
        let name = parts.count == 2 ? String(parts[1]) : next ?? Self.ofUser
        guard let shell = Shell(rawValue: name) else {
            throw CommandFailure(
                .usage,
                name.isEmpty
                    ? "\(option) names no shell" : "there are no completions for '\(name)'",
                help: "there are: \(allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return shell
    }

    /// The name of the user's shell; empty where it is not known.
    private static var ofUser: String {
        getenv("SHELL").map { String(cString: $0) }?.split(separator: "/").last.map(String.init)
            ?? ""
    }

    /// The script.
    ///
    /// The program that is asked is the one that is typed. It reads nothing and its errors are not
    /// shown. What it prints is never evaluated.
    var script: String {
        switch self {
        case .bash: Self.bashScript
        case .zsh: Self.zshScript
        case .fish: Self.fishScript
        }
    }

    private static let bashScript = #"""
        # bash completion for vcputop

        _vcputop() {
            local program=${COMP_WORDS[0]}
            [[ $program == \~/* ]] && program=$HOME/${program#\~/}
            local -a answer
            local line=${COMP_LINE:0:COMP_POINT}
            mapfile -t answer < <(
                "$program" \#(ShellCompletion.marker) bash "$line" "$2" </dev/null 2>/dev/null
            )
            COMPREPLY=()
            case ${answer[0]-} in
            files*) compopt -o default ;;
            part) compopt -o nospace ;;&
            part | words) COMPREPLY=("${answer[@]:1}") && COMPREPLY=("${COMPREPLY[@]%%$'\t'*}") ;;
            esac
        }

        complete -F _vcputop vcputop
        """#

    private static let zshScript = #"""
        #compdef vcputop

        _vcputop() {
            local program=${(Q)words[1]/#\~\//$HOME/}
            local -a answer items shown
            answer=("${(@f)$("$program" \#(ShellCompletion.marker) zsh \
                "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" </dev/null 2>/dev/null)}")
            local line
            for line in "${(@)answer[2,-1]}"; do
                items+=("${line%%$'\t'*}")
                shown+=("${line%%$'\t'*}${${line#*$'\t'}:+  -- ${line#*$'\t'}}")
            done
            case $answer[1] in
            files*) compset -p ${answer[1]#*$'\t'} && _files ;;
            part) compadd -S '' -ld shown -a items ;;
            words) compadd -ld shown -a items ;;
            esac
        }

        if [[ $funcstack[1] == _vcputop ]]; then
            _vcputop "$@"
        else
            compdef _vcputop vcputop
        fi
        """#

    private static let fishScript = #"""
        # fish completion for vcputop

        function __vcputop_complete
            set -l words (commandline -opc)
            set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
            set -e words[1]
            set -l current (commandline -ct)
            set -l answer ($program \#(ShellCompletion.marker) fish $words "$current" </dev/null 2>/dev/null)
            switch "$answer[1]"
                case 'files*'
                    set -l count (string split \t -- $answer[1])[2]
                    set -l lead (string sub -l $count -- "$current")
                    for path in (__fish_complete_path (string sub -s (math $count + 1) -- "$current"))
                        printf '%s%s\n' $lead $path
                    end
                case part words
                    set -e answer[1]
                    printf '%s\n' $answer
            end
        end

        complete -c vcputop -f -a '(__vcputop_complete)'
        """#
}
