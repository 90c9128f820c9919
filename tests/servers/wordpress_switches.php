<?php
// Must-use plugin of the test site: things that happen to real sites, switched by files beside it.
$switched = fn(string $name): bool => file_exists(__DIR__ . '/' . $name);

// A visitor's comment that the site's moderation rules would hold.
add_filter('pre_comment_approved', fn($approved) => isset($_SERVER['HTTP_X_HOLD_COMMENT']) ? 0 : $approved);

// A security plugin that closes the REST API to everybody, and one that removes its routes.
add_filter('rest_authentication_errors', fn($result) => $switched('rest-blocked')
    ? new WP_Error('rest_disabled', 'REST API disabled.', ['status' => 403]) : $result);
add_filter('rest_endpoints', fn($routes) => $switched('rest-removed') ? [] : $routes);

// A plugin that empties what a commenter's browser said of itself, as some privacy plugins do.
add_filter('rest_preprocess_comment', function ($comment) use ($switched) {
    if ($switched('agent-stripped')) {
        $comment['comment_agent'] = '';
    }
    return $comment;
});

// The site's owner switched application passwords off.
add_filter('wp_is_application_passwords_available', fn($available) => $available && !$switched('passwords-off'));
