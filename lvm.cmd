@echo off
rem The launcher for Windows: notebook, run, build. It looks for a JDK and hands over to Lvm.java, which does the rest; what
rem else ./lvm does needs a POSIX shell.
setlocal
set "lvm_java=java"
if not defined JAVA_HOME goto find
rem Quotes around the value would end up within those below.
set "JAVA_HOME=%JAVA_HOME:"=%"
if exist "%JAVA_HOME%\bin\java.exe" set "lvm_java=%JAVA_HOME%\bin\java.exe"

:find
"%lvm_java%" -version >nul 2>&1
if errorlevel 1 goto missing
rem The dot keeps the backslash at the end of the folder away from the quote.
"%lvm_java%" "-Dlvm.root=%~dp0." "%~dp0kernel-ext\src\launcher\Lvm.java" %*
exit /b %errorlevel%

:missing
echo lvm: no java found, needed is a JDK 17 or newer; to get one: winget install EclipseAdoptium.Temurin.21.JDK 1>&2
exit /b 1
